"""From a bank descriptor to a vendor and a GL code, with a confidence and a reason."""
