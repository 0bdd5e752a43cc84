# Persons without an account in a company
own-title = My contacts
own-who = { $name }, { $mobile }
own-contacts = Contacts
own-contacts-none = No contacts yet. Scan somebody’s code and they appear here.
own-requests = Waiting for an answer
own-end = End
own-end-of = End the contact with { $name }
own-end-title = End the contact with { $name }?
own-end-text = They can no longer reach you. Scan the code again to come back.
own-data = My data
own-data-text = Take a copy along, or have everything deleted.
own-export = Export
own-delete = Delete my data
own-delete-title = Delete all your data?
own-delete-text = Your contacts end, requests are withdrawn, all devices are signed out, your name and number are removed. This cannot be undone.
own-sessions = Language, look and devices
