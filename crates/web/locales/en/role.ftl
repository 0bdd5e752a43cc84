people-roles = Roles
people-roles-title = { $n ->
    [one] { $n } member has a role
   *[other] { $n } members have a role
}
people-roles-lede = Follow a name to change the roles. To give somebody else a role, open their page from the list.
people-roles-of = Roles of { $name }
people-roles-now = Roles hold as soon as they are saved.
people-roles-whole = In the whole company
people-roles-limited = Directory administrator of some departments only
people-roles-limited-hint = For each chosen department and those below it: add and change members and departments.
people-roles-saved = Saved the roles of { $name }
people-role-in = { $role }: { $department }
people-role-owner = Owner
people-role-owner-hint = Everything, including roles. A company needs at least one.
people-role-directory_admin = Directory administrator
people-role-directory_admin-hint = Members, departments, visibility, and answers to find requests.
people-role-channel_manager = Channel manager
people-role-channel_manager-hint = Budgets, expiry and templates of contact requests.
people-role-auditor = Auditor
people-role-auditor-hint = Reads and exports the audit log.
people-roles-who = Who has a role
