"""`relais reconcile`: invoices and bank statements of a folder matched on this machine, without any service."""
