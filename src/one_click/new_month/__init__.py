"""New customers and the kept model enter; risks, reasons and a verdict on drift leave."""
