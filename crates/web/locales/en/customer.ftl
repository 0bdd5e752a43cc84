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
customer-source = Source
customer-holders = Held by
customer-me = me
customer-external-id = ID for integrations
customer-first = First contact
customer-all-lede = Everybody outside who is or was a contact of a colleague.
customer-all-search = Find customers by name or ID
customer-all-search-hint = Name, or external_userid
customer-all-none = No customers yet
customer-all-none-text = Whoever adds a colleague by his code appears here.
customer-all-other = Try another name.
customer-deleted = Has deleted their data
customer-nobody = Held by nobody now
customer-remove = End contact
customer-removed = Ended the contact with { $name }
customer-restored = You are contacts again
customer-file = customers.csv
