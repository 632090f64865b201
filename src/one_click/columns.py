"""THE column table: what each column of the four raw tables is called, holds and may hold.

Everything that must know a column (reading, validation, spelling, features, labels) derives it
from `COLUMNS`; everything that must know a raw file derives it from `TABLES`. Russian text of the
data lives here alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """One raw file: `period` is the header of its month column, where it has a row a month."""

    file: str
    period: str | None = None


@dataclass(frozen=True)
class Value:
    """An allowed value of a category: as it is written in the raw table, in code, in English."""

    raw: str
    code: str
    en: str
    misspelt: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column of the customers' table.

    `kind` is "number", "category", "consent" or "label". `month` is the month of a column that a
    raw table stores a row a month. `low` and `high` bound numbers, both ends allowed; what lies
    outside is a fault of the file. A feature may be missing; a label and a profit may not.
    """

    name: str
    table: str
    raw: str
    kind: str
    ru: str
    en: str
    group: str
    low: float | None = None
    high: float | None = None
    values: tuple[Value, ...] = ()
    month: Value | None = None

    @property
    def feature(self) -> bool:
        """Whether the risk model may see it: profit and target never."""
        return self.group not in ("target", "profit")


ID = "customer_id"
RAW_ID = "id"
TABLES = {
    "customers": Table("market_file.csv"),
    "revenue": Table("market_money.csv", period="Период"),
    "minutes": Table("market_time.csv", period="Период"),
    "profit": Table("money.csv"),
}

THIS_MONTH = Value("текущий_месяц", "this_month", "this month")
PREVIOUS_MONTH = Value(
    "предыдущий_месяц", "previous_month", "previous month", ("предыдцщий_месяц",)
)
TWO_MONTHS_AGO = Value("препредыдущий_месяц", "two_months_ago", "two months ago")
DECLINED = Value("Снизилась", "declined", "declined")
STAYED = Value("Прежний уровень", "stayed", "stayed")
CONSENT = Value("да", "yes", "yes")
REFUSAL = Value("нет", "no", "no")
MOST_MONEY = 1e9  # of one customer in one month, in any currency
COLUMNS = (
    Column(
        "declined", "customers", "Покупательская активность", "label",
        "Покупательская активность", "Purchase activity", "target",
        values=(STAYED, DECLINED),
    ),
    Column(
        "service_type", "customers", "Тип сервиса", "category",
        "Тип сервиса", "Service type", "communication",
        values=(
            Value("стандарт", "standard", "standard", ("стандартт",)),
            Value("премиум", "premium", "premium"),
        ),
    ),
    Column(
        "contact_allowed", "customers", "Разрешить сообщать", "consent",
        "Согласие на сообщения", "Contact allowed", "communication",
        values=(REFUSAL, CONSENT),
    ),
    Column(
        "contacts_six_months", "customers", "Маркет_актив_6_мес", "number",
        "Контакты в месяц за полгода", "Monthly contacts, six months", "communication",
        low=0, high=100,
    ),
    Column(
        "contacts_this_month", "customers", "Маркет_актив_тек_мес", "number",
        "Контакты в этом месяце", "Contacts this month", "communication",
        low=0, high=100,
    ),
    Column(
        "tenure_days", "customers", "Длительность", "number",
        "Дни с регистрации", "Days since registration", "communication",
        low=0, high=36_500,
    ),
    Column(
        "promo_share", "customers", "Акционные_покупки", "number",
        "Доля покупок по акции", "Share of purchases on promotion", "purchases",
        low=0, high=1,
    ),
    Column(
        "favourite_category", "customers", "Популярная_категория", "category",
        "Любимая категория", "Favourite category", "products",
        values=(
            Value("Товары для детей", "children", "Goods for children"),
            Value("Домашний текстиль", "textile", "Home textile"),
            Value(
                "Косметика и аксессуары", "cosmetics", "Cosmetics and accessories",
                ("Косметика и аксесуары",),
            ),
            Value(
                "Техника для красоты и здоровья", "beauty_devices",
                "Beauty and health devices",
            ),
            Value(
                "Мелкая бытовая техника и электроника", "small_appliances",
                "Small appliances and electronics",
            ),
            Value("Кухонная посуда", "kitchenware", "Kitchenware"),
        ),
    ),
    Column(
        "categories_per_visit", "customers", "Средний_просмотр_категорий_за_визит", "number",
        "Категории за визит", "Categories per visit", "site",
        low=0, high=1_000,
    ),
    Column(
        "unpaid_items", "customers", "Неоплаченные_продукты_штук_квартал", "number",
        "Неоплаченные товары за квартал", "Unpaid items, three months", "products",
        low=0, high=10_000,
    ),
    Column(
        "service_errors", "customers", "Ошибка_сервиса", "number",
        "Сбои сервиса", "Service failures met", "site",
        low=0, high=10_000,
    ),
    Column(
        "pages_per_visit", "customers", "Страниц_за_визит", "number",
        "Страницы за визит", "Pages per visit", "site",
        low=0, high=10_000,
    ),
    Column(
        "revenue_two_months_ago", "revenue", "Выручка", "number",
        "Выручка два месяца назад", "Revenue, two months ago", "purchases",
        low=0, high=MOST_MONEY, month=TWO_MONTHS_AGO,
    ),
    Column(
        "revenue_previous_month", "revenue", "Выручка", "number",
        "Выручка в прошлом месяце", "Revenue, previous month", "purchases",
        low=0, high=MOST_MONEY, month=PREVIOUS_MONTH,
    ),
    Column(
        "revenue_this_month", "revenue", "Выручка", "number",
        "Выручка в этом месяце", "Revenue, this month", "purchases",
        low=0, high=MOST_MONEY, month=THIS_MONTH,
    ),
    Column(
        "minutes_previous_month", "minutes", "минут", "number",
        "Минуты на сайте в прошлом месяце", "Minutes on the site, previous month", "site",
        low=0, high=44_640, month=PREVIOUS_MONTH,
    ),
    Column(
        "minutes_this_month", "minutes", "минут", "number",
        "Минуты на сайте в этом месяце", "Minutes on the site, this month", "site",
        low=0, high=44_640, month=THIS_MONTH,
    ),
    Column(
        "monthly_profit", "profit", "Прибыль", "number",
        "Прибыль в месяц", "Monthly profit", "profit",
        low=-MOST_MONEY, high=MOST_MONEY,
    ),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
TARGET = "declined"
PROFIT = "monthly_profit"
LEARNED = ("train", "test")  # parts whose outcome is used; those of others are "aside" and "spare"
FEATURES = tuple(column.name for column in COLUMNS if column.feature)
NUMBERS = tuple(c.name for c in COLUMNS if c.feature and c.kind == "number")
CATEGORIES = tuple(c.name for c in COLUMNS if c.feature and c.kind != "number")
REVENUES = tuple(column.name for column in COLUMNS if column.table == "revenue")


def category_codes(name: str) -> list[str]:
    """Allowed codes of a category or of consent, in the order of the column table."""
    return [value.code for value in BY_NAME[name].values]


def label(name: str, language: str) -> str:
    """Heading of a column for a person; `language` is "ru" or "en"."""
    return getattr(BY_NAME[name], language)


def value_label(name: str, code: str, language: str) -> str:
    """A category's value for a person; a code outside the table is shown as it is."""
    for value in BY_NAME[name].values:
        if value.code == code:
            return value.raw if language == "ru" else value.en
    return code
