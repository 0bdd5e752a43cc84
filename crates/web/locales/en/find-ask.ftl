# Find requests, the administrators' side
find-ask-title = { $n ->
    [0] Nobody waits for help
    [one] One colleague waits for your help
   *[other] { $n } colleagues wait for your help
}
find-ask-lede = This names the exact rule, for administrators only. Your answer reaches the one who asked at once.
find-ask-open = Open
find-ask-answered-tab = Answered
find-ask-none = Nothing waits
find-ask-none-text = When somebody cannot find a colleague and asks for help, it appears here.
find-ask-none-answered = Nothing answered yet
find-ask-none-answered-text = What was answered stays here to look up.
find-ask-row = { $asker } looks for “{ $query }”
find-ask-answer-was = { "Answer: " }
find-ask-waits = Open
find-ask-is-answered = Answered
find-ask-who = Who asks
find-ask-typed = Typed
find-ask-message = Wrote
find-ask-what-they-see = View as them
find-ask-candidates = { $n ->
    [0] Nobody it could be
    [one] One person it could be
   *[other] { $n } people it could be
}
find-ask-nobody = No active, disabled or left member has this name or sounds like it. It may be somebody outside the company.
find-ask-verdict-visible = Seen
find-ask-verdict-not_activated = Not signed in
find-ask-verdict-hidden = Not seen
find-ask-verdict-disabled = Disabled
find-ask-verdict-left = Left
find-ask-says-visible = { $viewer } sees { $target }; perhaps a typo
find-ask-says-not_activated = { $viewer } sees { $target }, who has not signed in yet
find-ask-says-hidden = { $viewer } does not see { $target }
find-ask-says-disabled = { $target } is disabled and found by nobody
find-ask-says-left = { $target } has left and is found by nobody
find-ask-not-a-rule = The state of the account is the reason, not the rules below.
find-ask-admins-only = Administrators only
find-ask-department = Department
find-ask-employee-no = Employee no.
find-ask-status = State
find-ask-explain = Open in “Why not”
find-ask-remedy = What to do
find-ask-how = Choose one
find-ask-grant = Let only { $viewer } see { $target }
find-ask-grant-hint = A single permission that ends by itself after 30 days.
find-ask-exception = Make “{ $department }” an exception
find-ask-exception-hide = { $viewers } people will see the { $hidden } who are hidden.
find-ask-exception-limit = The limit will no longer hold for { $viewers } people.
find-ask-exception-short = The exception alone is not enough: another rule stands between them, too.
find-ask-only-answer = Only answer
find-ask-only-answer-hint = The rules stay. Say whom to turn to.
find-ask-try = See what the exception would do
find-ask-answer = Answer
find-ask-answer-hint = The one who asked reads it. Left empty, it says what was opened.
find-ask-send = Do it and answer
find-ask-answered = Answered. They see it at once.
find-ask-answered-by = Answered by { $name }
find-ask-answer-empty = No text.
find-ask-done-grant = You can find { $name } in the directory now, for { $days } days.
find-ask-done-exception = Your department can see them now. Search again.
find-ask-propose-nobody = Nobody in the company has this name. It may be somebody outside.
find-ask-propose-left = { $name } has left the company.
find-ask-propose-disabled = The account of { $name } is disabled at the moment.
find-ask-propose-not_activated = { $name } has not signed in yet. Send a request; it waits for them.
find-ask-propose-visible = Search the directory for “{ $name }”.

error-ask_answered = Somebody has just answered this question. What you chose was not done.
error-not_found-find_ask = There is no such question.
field-answer-required = Write an answer.
field-remedy-required = Choose what to do.
