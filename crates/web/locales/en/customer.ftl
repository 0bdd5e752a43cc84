# The member's customers
customer-tab = Customers
customer-colleagues = Colleagues
customer-title = { $n ->
    [0] No customers yet
    [one] { $n } customer
   *[other] { $n } customers
}
customer-search = Find customers by name, remark, tag or code
customer-search-hint = Name, remark, tag, code
customer-none = No customers
customer-none-text = Whoever scans your code appears here, without a reload.
customer-code = Came by QR code
customer-remove = End contact
customer-removed = Ended the contact with { $name }
customer-restored = You are contacts again
customer-file = customers.csv
