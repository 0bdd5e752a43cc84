# Visibility: rules, single permissions, previews, explanations. A rule has to be clear to somebody who does not know the system.
visibility-pages = Pages about visibility
visibility-tab-rules = Rules
visibility-tab-grants = Permissions
visibility-tab-preview = View as
visibility-tab-explain = Why not
visibility-comma = { ", " }
visibility-or = { "; " }
visibility-and-more = { $names } and others, { $n } in all
visibility-member-gone = a member who is gone
visibility-department-gone = a deleted department

visibility-title = { $n ->
    [0] Everybody sees everybody
    [one] One visibility rule
   *[other] { $n } visibility rules
}
visibility-lede = Without rules all colleagues see each other. A rule holds for the directory, for search and for cards alike.
visibility-add = Add a rule
visibility-edit = Change the rule
visibility-none = No rules yet
visibility-none-text = Start here to hide a department or a member, or to limit who sees whom.
visibility-what-if = Without it
visibility-delete-named = Delete the rule: { $rule }
visibility-rule-saved = Rule saved. It holds from now on.
visibility-rule-deleted = Rule deleted.
visibility-undone = Undone. All is as before.

visibility-rule-hide-department = “{ $name }” is seen by its own people only
visibility-rule-hide-member = { $name } is hidden from other colleagues
visibility-rule-self-department = Members of “{ $name }” see only themselves
visibility-rule-self-member = { $name } sees nobody else
visibility-rule-own-department = Members of “{ $name }” see only their own department
visibility-rule-own-member = { $name } sees only the own department
visibility-rule-own-listed-department = Members of “{ $name }” see only their own department, and { $listed }
visibility-rule-own-listed-member = { $name } sees only the own department, and { $listed }
visibility-rule-listed-department = Members of “{ $name }” see only { $listed }
visibility-rule-listed-member = { $name } sees only { $listed }
visibility-exceptions = Except for { $list }
visibility-impact-hide = { $covered } hidden, { $bound } do not see them
visibility-impact-limit = { $bound } limited
visibility-set-by = Set by { $name }, { $date }
visibility-set = Set { $date }

visibility-leaders = Leaders see everybody below
visibility-leaders-text = When on, the leader of a department sees everybody in it and below it, whatever the rules say.
visibility-on = On
visibility-off = Off
visibility-turn-on = Turn on
visibility-turn-off = Turn off
visibility-leaders-now-on = Leaders see everybody below them now.
visibility-leaders-now-off = Leaders see by the rules now, like all others.
visibility-how = How rules work together
visibility-how-1 = Everybody sees themselves. Whoever has a permission sees the people it names.
visibility-how-2 = A hidden department is seen by its own people and by the exceptions, and by nobody else.
visibility-how-3 = Whoever is limited sees only what the rule says. Under several limits, what each allows adds up.
visibility-how-4 = Somebody in several departments is seen if one of them is seen, unless hidden by name.

visibility-subject = About whom
visibility-subject-hint = A department with all below it, or one member.
visibility-what = What to do
visibility-what-hide = Hide
visibility-what-hide-hint = Others do not see them. People in the department still see each other.
visibility-what-limit = Limit
visibility-what-limit-hint = They see nobody beyond a range. Others still see them.
visibility-extent = Whom they see
visibility-extent-own = Their own department
visibility-extent-own-hint = Their department and those below it, and what is listed.
visibility-extent-self = Only themselves
visibility-extent-self-hint = Nobody else but what is listed.
visibility-extent-listed = Only what is listed
visibility-extent-listed-hint = The departments and members listed below, at least one.
visibility-listed = Also listed
visibility-listed-hint = Departments and members whom they see besides.
visibility-exceptions-of = Exceptions
visibility-exceptions-of-hint = The rule does not hold for them: they see as before.
visibility-note = Why this rule
visibility-note-hint = Optional. For administrators who come after you, up to 60 characters.
visibility-save = Save the rule
visibility-recount = Recalculate
visibility-try = Try before you save
visibility-try-empty = Once the rule is chosen, this shows what a member would see, and how that differs from today.
visibility-incomplete = Not complete yet. Choose whom the rule is about; “only what is listed” takes at least one entry.
visibility-viewer = Look as
visibility-viewer-hint = Choose any member to see what they see.
visibility-as = Look as
visibility-as-hint = With nobody chosen, this looks as the first member concerned.
visibility-who = Who looks
visibility-who-hint = The one who searches.
visibility-target = For whom
visibility-target-hint = The one they look for.

visibility-find-in = { $field }: search
visibility-find-placeholder = Name, pinyin, department
visibility-find-member = Name or pinyin
visibility-found = { $n ->
    [one] One found:
   *[other] { $n } found:
}
visibility-found-none = Nothing found for “{ $text }”.
visibility-tree = Choose a department…
visibility-tree-in = { $field }: choose a department

visibility-preview-title = Who sees what
visibility-preview-lede = Choose any member to see the departments and people in their directory. They will not know.
visibility-preview-empty = Choose a member first.
visibility-without = If this rule were not there
visibility-without-hint = Shows what deleting a rule would do. Nothing is deleted.
visibility-without-none = The rules as they are
visibility-show = Show
visibility-seen = { $viewer } sees { $total ->
    [one] one colleague
   *[other] { $total } colleagues
}
visibility-seen-then = { $viewer } would see { $total ->
    [one] one colleague
   *[other] { $total } colleagues
}, today { $today }
visibility-same = As today: nobody appears or vanishes.
visibility-vanishes = { $n ->
    [0] Departments that vanish
    [one] One person vanishes
   *[other] { $n } people vanish
}
visibility-appears = { $n ->
    [0] Departments that appear
    [one] One person appears
   *[other] { $n } people appear
}
visibility-departments = { "Departments: " }
visibility-more-people = { $n } more
visibility-more-departments = { $n } more departments are not listed.
visibility-tree-seen = Departments they see ({ $n })

visibility-explain-title = Why not
visibility-explain-lede = Choose two people. Each check says whether one sees the other, and by which rule.
visibility-explain-empty = Choose two members first.
visibility-answer = Answer
visibility-sees = { $viewer } sees { $target }
visibility-sees-not = { $viewer } does not see { $target }
visibility-status-not_activated = { $target } has not signed in yet. The directory lists them; requests wait until they sign in.
visibility-status-disabled = { $target } is disabled and found by nobody, whatever the rules say.
visibility-status-left = { $target } has left and is found by nobody, whatever the rules say.
visibility-member-active = Active
visibility-member-not_activated = Has not signed in yet
visibility-member-disabled = Disabled
visibility-member-left = Has left

visibility-outcome-shows = Sees
visibility-outcome-hides = Stands between
visibility-outcome-spares = Exception
visibility-why-himself = They are the same person; everybody sees themselves.
visibility-why-granted = There is a permission, which wins over all rules.
visibility-why-grant_expired = There was a permission; it has expired.
visibility-why-not_granted = There is no single permission.
visibility-why-leads = { $viewer } leads “{ $department }” and sees everybody below.
visibility-why-does_not_lead = { $viewer } does not lead a department above { $target }.
visibility-why-member_hidden = { $target } is hidden by name, and { $viewer } is no exception.
visibility-why-member_not_hidden = { $target } is not hidden by name.
visibility-why-department_hidden = The department of { $target }, “{ $department }”, is hidden. { $viewer } is neither in it nor an exception.
visibility-why-departments_not_hidden = The departments of { $target } are not hidden.
visibility-why-no_department = { $target } is in no department, so nobody sees them.
visibility-why-insider = { $viewer } is in the hidden department too, and sees the people there.
visibility-why-exception = { $viewer } is an exception of what is hidden, and sees as before.
visibility-why-exception-limit = { $viewer } is an exception of the limit; it does not hold for them.
visibility-why-inside_limit = { $viewer } sees only a range of people, and { $target } is within it.
visibility-why-outside_limit = { $viewer } sees only a range of people, and { $target } is outside it.
visibility-why-not_limited = What { $viewer } sees is not limited.
visibility-why-free = No rule stands between them.

visibility-grants-title = { $n ->
    [0] No single permissions
    [one] One single permission
   *[other] { $n } single permissions
}
visibility-grants-lede = Let a person or a department see people whom the rules hide. Those with an end lapse by themselves.
visibility-grants-none = No single permissions
visibility-grants-none-text = What you open while answering find requests appears here, too.
visibility-grant = { $viewer } may see { $target }
visibility-people-of-department = members of “{ $name }”
visibility-people-of-member = { $name }
visibility-until = Until { $time }
visibility-for-good = For good
visibility-no-end = no end
visibility-revoke = Revoke
visibility-revoke-named = Revoke the permission: { $grant }
visibility-grant-add = Add a permission
visibility-grant-save = Save the permission
visibility-grant-saved = Permission saved. It holds from now on.
visibility-grant-deleted = Permission revoked.
visibility-grant-who = Who
visibility-grant-who-hint = A member, or everybody in a department.
visibility-grant-whom = May see
visibility-grant-whom-hint = A member, or everybody in a department.
visibility-days = For how long
visibility-days-hint = It ends by itself; nobody has to remember.

error-rule_limit = 200 rules at most. Delete those that are not needed.
error-grant_limit = 2,000 permissions at most. Revoke those that are not needed.
error-not_found-rule = This rule is gone.
error-not_found-grant = This permission was revoked or has expired.
field-subject-required = Choose a department or a member.
field-listed-required = List at least one department or member.
field-who-required = Choose a member or a department.
field-whom-required = Choose a member or a department.
field-unknown_subject = One of the departments or members is gone. Take it out and save again.
