people-title = { $n ->
    [0] No member fits
    [one] { $n } member
   *[other] { $n } members
}
people-count = { $n ->
    [0] No member fits
    [one] { $n } member, by user ID
   *[other] { $n } members, by user ID
}
people-new = Add a member
people-states = By state
people-search = Search members
people-search-hint = Name, alias, user ID, mobile, e-mail, number
people-department = Department
people-all-departments = All departments
people-member = Member
people-pick = Select
people-others = { $n ->
    [one] and { $n } other
   *[other] and { $n } others
}
people-export = Export
people-file = members
people-none = No such member
people-none-hint = Try another department, state or text.
people-show-all = Show all members
people-pick-first = Select members first, then what to do.
people-custom-pair = { $key }: { $value }
people-list-joint = {", "}

people-status-all = All
people-status-active = Active
people-status-not_activated = Not activated
people-status-disabled = Disabled
people-status-left = Left

people-column-userid = User ID
people-column-name = Name
people-column-alias = Alias
people-column-mobile = Mobile
people-column-email = E-mail
people-column-position = Position
people-column-extension = Extension
people-column-employee_no = Employee number
people-column-departments = Departments
people-column-leads = Leads
people-column-status = State
people-column-custom = Other fields

people-edit-of = Change { $name }
people-userid-proposed = Leave it empty to make one from the name. Best never changed later.
people-userid-hint = Other systems know the member by it; best left alone.
people-mobile-hint = For signing in, in any notation. Give a mobile number or an e-mail address.
people-mobile-person = With another number the member is signed out at once and has to prove the new one.
people-email-hint = Nobody else in the company can have it.
people-departments-hint = At least one. The main one stands on the card. Larger numbers come first.
people-department-n = Department { $n }
people-no-department = None
people-main = Main
people-leads = Leads it
people-order = Order
people-order-number = The order is a whole number.
people-more-department = One more department
people-custom-hint = Fields of your own company, such as “Joined on”.
people-custom-key = Name
people-custom-value = Content
people-custom-key-n = Name of field { $n }
people-custom-value-n = Content of field { $n }
people-more-custom = Add a field
people-created = Added { $name }
people-saved = Saved { $name }
people-changed-meanwhile = Somebody has changed this member since you opened the page. Nothing was saved.

people-facts = Details
people-created-at = Added
people-left-at = Left
people-access = Sign-in and rights
people-sessions = { $n ->
    [0] Not signed in
    [one] Signed in at { $n } place
   *[other] Signed in at { $n } places
}
people-no-role = No administrative role
people-roles-edit = Change roles
people-preview = See whom they see
people-is-me = This is you. Another administrator has to disable you or mark you as left.
people-read-only = You can look but not change: the member has a department outside your reach, or more rights than you.

people-act-move = Move
people-act-disable = Disable
people-act-leave = Mark as left
people-act-reactivate = Bring back
people-ask-disable = Disable { $name }?
people-ask-leave = Has { $name } left?
people-ask-reactivate = Bring { $name } back?
people-then-disable = No more signing in, and colleagues find them no longer. Contacts stay.
people-then-leave = No more signing in, and colleagues find them no longer. Contacts and records stay.
people-then-reactivate = They can sign in with the same number and are found again.
people-then-sessions = { $n ->
    [one] { $n } session ends at once.
   *[other] { $n } sessions end at once.
}
people-then-roles = { $n ->
    [one] { $n } administrative role is taken away.
   *[other] { $n } administrative roles are taken away.
}
people-then-requests = Contact requests that still wait are closed.
people-then-undo = You can bring them back later, with their roles too; requests that ended stay ended.
people-then-many = Sessions end at once, administrative roles are taken away, and contact requests that still wait are closed.
people-did-disable = Disabled { $name }
people-did-leave = Marked { $name } as left
people-did-reactivate = Brought { $name } back

people-batch-move = { $n ->
    [one] Move { $n } member
   *[other] Move { $n } members
}
people-batch-disable = { $n ->
    [one] Disable { $n } member?
   *[other] Disable { $n } members?
}
people-batch-leave = { $n ->
    [one] Has { $n } member left?
   *[other] Have { $n } members left?
}
people-batch-reactivate = { $n ->
    [one] Bring { $n } member back?
   *[other] Bring { $n } members back?
}
people-batched-move = { $n ->
    [one] Moved { $n } member
   *[other] Moved { $n } members
}
people-batched-disable = { $n ->
    [one] Disabled { $n } member
   *[other] Disabled { $n } members
}
people-batched-leave = { $n ->
    [one] Marked { $n } member as left
   *[other] Marked { $n } members as left
}
people-batched-reactivate = { $n ->
    [one] Brought { $n } member back
   *[other] Brought { $n } members back
}
people-batch-failed = { $n ->
    [one] { $n } was not changed; the reason stands below the name.
   *[other] { $n } were not changed; the reasons stand below the names.
}
people-batch-undo = { $n ->
    [one] Bring { $n } back
   *[other] Bring { $n } back
}
people-batch-back = Back to the list
people-done = Done
people-not-done = Not changed
people-guard = { $n ->
    [one] { $n } member at once is more than your company allows, so nothing was done. Check the list, then confirm.
   *[other] { $n } members at once are more than your company allows, so nothing was done. Check the list, then confirm.
}
people-guard-confirm = { $n ->
    [one] I have checked the list and mean { $n } member
   *[other] I have checked the list and mean all { $n } members
}
people-move-to = Move to
people-move-from = Out of
people-move-all = All departments
people-move-all-hint = They belong to the new department alone.
people-move-one = { $name } only
people-move-one-hint = Other departments stay. Who is not directly in this one is not moved.

people-history = History
people-history-all = See in audit
people-history-none = Nothing on record yet.
people-choose-department = Choose a department
people-changed-field = { $field }: { $before } → { $after }
people-empty = empty

people-pick-matching = { $n ->
   *[other] All { $n } (not only this page)
}
people-too-many = { $n ->
   *[other] { $n } match, and at most 5,000 can be changed at a time. Narrow the list by department, state or text first.
}
people-batch-more = { $n ->
   *[other] and { $n } more
}
people-batch-works = { $n ->
   *[other] Working, { $n } done
}
people-batch-works-text = You may leave this page; the work goes on, and the results are kept for 30 days.
people-batch-progress = Progress
people-batch-taken = { $taken } of { $total } gone through
people-batch-stale = The work has stopped, perhaps because the server was restarted. What is done stays done.
people-batch-go-on = Go on
people-batch-undone = This has been taken back.
people-batch-undo-text = For 24 hours it can be taken back: everybody returns to where he was, but for those whom somebody has changed meanwhile.
people-batch-undo-roles = If you may give roles, those that were taken are given back too.
people-batch-results = A result for each
people-batched-undo = { $n ->
    [one] Took back 1 change
   *[other] Took back { $n } changes
}
error-matches_changed = The number of people who match has changed since you opened this page, so nothing was done. Check the new number and send it again.
error-bulk_past = This has been taken back already, or is more than 24 hours old.

people-taken = { $n ->
    [one] One role was taken when they went:
   *[other] { $n } roles were taken when they went:
}
people-taken-give = Give them back
people-taken-others = To give them back, ask an administrator who may give roles; they are set under “Change roles”.
people-taken-before = Roles before they went
