contact-title = { $n ->
    [0] No contacts yet
    [one] One contact
   *[other] { $n } contacts
}
contact-order = Starred first, then by name
contact-found = { $n ->
    [one] One fits
   *[other] { $n } fit, starred first
}
contact-search = Find contacts by name, pinyin, remark or tag
contact-search-hint = Name, pinyin, remark, tag
contact-tags = Tags
contact-letters = First letters
contact-starred = Starred
contact-star = Star: first in the list
contact-star-of = Star { $name }
contact-note = Notes
contact-note-of = Notes on { $name }
contact-note-title = Remark and tags of { $name }
contact-remark-hint = Only you see it. At most 32 characters.
contact-tags-hint = Separated by commas, at most 20, each of at most 16 characters.
contact-noted = Saved
contact-card = Contact
contact-in-directory = See the card
contact-remove = Remove contact
contact-removed = { $name } is no longer your contact
contact-restored = You are contacts again
contact-private = Only you see remark, tags and star.
contact-gone-text = This account is disabled or has left, so there is no way to reach it. The contact and your notes stay.
contact-hidden-text = By your company’s visibility rules you cannot see this colleague’s department and position now.
contact-empty = No contacts yet
contact-empty-text = Whoever accepts your request appears here. Begin with a colleague from the directory.
contact-none = No such contact
contact-none-text = Not a contact yet, perhaps. Try the directory.
contact-none-go = Search the directory
contact-blocks = Blocked
contact-blocks-title = { $n ->
    [0] You have blocked nobody
    [one] One colleague blocked
   *[other] { $n } colleagues blocked
}
contact-blocks-text = Their requests do not reach you, and they are not told.
contact-blocks-empty = Nobody here
contact-blocks-empty-text = You can block somebody on their card.
contact-blocked-since = Since { $date }
contact-unblock = Unblock
contact-unblock-of = Unblock { $name }
contact-unblocked = { $name } is no longer blocked
contact-file = contacts.csv
contact-column-name = Name
contact-column-remark = Remark
contact-column-tags = Tags
contact-column-starred = Starred
contact-column-department = Department
contact-column-position = Position
contact-column-extension = Extension
contact-column-email = E-mail
contact-column-mobile = Mobile number
contact-column-since = Contacts since
contact-column-state = State
