# Directory: search, departments, card, many at once
directory-title-search = Search “{ $text }”
directory-find = Can’t find a colleague
directory-why = See why
directory-not-here = Not who you’re looking for?{" "}
directory-departments = Departments
directory-search = Name, pinyin, initials, position, extension
directory-search-latin = Name, initials, position, extension
directory-search-label = Find colleagues by name, pinyin, initials, position, extension or employee number
directory-look = Show
directory-look-list = Colleagues
directory-look-tree = Departments
directory-list = List of colleagues
directory-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
directory-in = { $department }: { $n ->
    [one] { $n } person
   *[other] { $n } people
}
directory-found = { $n ->
    [one] { $n } colleague matches “{ $text }”
   *[other] { $n } colleagues match “{ $text }”, nearest first
}
directory-found-many = More than { $n } colleagues match “{ $text }”. Type a little more
directory-corrected = { $n ->
    [one] Nothing is spelt “{ $text }”. One comes close
   *[other] Nothing is spelt “{ $text }”. { $n } come close
}
directory-none = No colleague matches “{ $text }”
directory-none-title = No such colleague found
directory-none-text = Try pinyin, initials, the extension or the employee number. Or you may not see them.
directory-empty-title = Nobody here whom you can see
directory-empty-text = Choose another department, or search by name, pinyin or initials.
directory-everywhere = Only in “{ $department }”. Search everywhere
directory-group-own = Your department · { $name }
directory-group-other = Other departments
directory-group-again = Also: { $group }
directory-group-no-department = Others whom you can see
directory-extension = Extension
directory-employee-no = Employee no.
directory-email = E-mail
directory-mobile = Mobile
directory-remark = Remark
directory-department = Department
directory-leader = Leader
directory-and = ,{" "}
directory-mobile-matches = Mobile number matches
directory-mobile-contacts = For contacts to see
directory-leads = { $department } (leads it)
directory-leads-tag = Leads
directory-state-me = You
directory-state-contacts = Contact
directory-state-sent = Waits for them
directory-state-received = Waits for you
directory-state-blocked = Blocked
directory-add = Add
directory-add-whom = Add { $name }
directory-choose = Choose { $name }
directory-chosen = { $n } chosen
directory-batch = Add several
directory-card = Card
directory-card-close = Close the card
directory-card-empty-title = Choose a name
directory-card-empty-text = Their card opens here, and you can ask them to be your contact.
directory-gone = This card cannot be shown
directory-this-is-you = This is your own card, as colleagues see it.
directory-since = since { $date }
directory-received = They ask to be your contact
directory-accept = Accept
directory-decline = Decline
directory-withdraw = Withdraw
directory-message = Verification message
directory-message-hint = Your company’s template begins it. Change it as you like.
directory-send = Send request
directory-not-signed-in = They have not signed in yet; the request will wait.
directory-budget = { $n ->
    [one] You can send one more request today.
   *[other] You can send { $n } more requests today.
}
directory-budget-none = { $n } requests used today. More from midnight.
directory-block = Block this colleague
directory-block-title = Block { $name }?
directory-block-text = Their requests no longer reach you, and they are not told. If you are contacts, that ends. You can lift the block at any time.
directory-block-verb = Block
directory-blocked-note = You have blocked this colleague. Their requests do not reach you.
directory-unblock = Lift the block
directory-sent = Request sent to { $name }
directory-still-pending = Your earlier request still waits for { $name }
directory-met = { $name } had asked you too: you are contacts now
directory-already-contacts = You and { $name } are contacts already
directory-withdrawn = Request to { $name } withdrawn
directory-accepted = You and { $name } are contacts now
directory-declined = Request from { $name } declined
directory-undone = The request between you and { $name } waits again
directory-blocked = { $name } is blocked
directory-unblocked = { $name } is no longer blocked
directory-batch-title = { $n ->
    [one] Ask one colleague
   *[other] Ask { $n } colleagues
}
directory-batch-lede = Each gets a request of their own and decides alone. You will see what came of each.
directory-batch-whom = To whom
directory-batch-whom-hint = Untick to leave somebody out
directory-batch-send = Send all
directory-batch-beyond = Today’s budget covers { $left } more; the last { $beyond } will not be asked. More from midnight.
directory-batch-empty-title = Nobody chosen yet
directory-batch-empty-text = Tick some colleagues in the directory, then come back.
directory-result-title = { $asked } of { $n } asked
directory-result-list = What came of each
directory-result-again = Choose the refused again
directory-result-back = Back to the directory
directory-result-unknown = A member whom you do not see now
directory-fate-asked = Sent
directory-fate-met = Contacts now
directory-fate-contacts = Contact already
directory-fate-pending = Still waits
directory-fate-not-sent = Not sent
