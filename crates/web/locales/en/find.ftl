# Why a colleague cannot be found
find-title = Can’t find a colleague
find-title-whom = Why you can’t find “{ $name }”
find-lede-first = Say whom you look for and see the likely reasons. What stays open, an administrator can check.
find-lede = We looked into four things. All we can tell you is here.
find-whom = Whom do you look for?
find-check = Check
find-steps = What we found
find-step-name = Is the name right?
find-step-name-none = No colleague sounds or is spelt alike.
find-step-name-some = { $n ->
    [one] One sounds or is spelt alike:
   *[other] { $n } sound or are spelt alike:
}
find-this-one = That’s the one
find-this-one-whom = { $name } is the one
find-step-company = Are they in the company?
find-step-company-none = Among the { $n } people you can see nobody matches.
find-step-company-some = { $n ->
    [one] Among the { $all } people you can see, { $n } matches.
   *[other] Among the { $all } people you can see, { $n } match.
}
find-see-them = See them
find-step-not-activated = Not signed in yet; a request will wait:
find-step-gone = Have they left, or are they switched off?
find-step-gone-none = Nobody of this name among those who left or were switched off.
find-step-gone-some = { $n ->
    [one] One has left or was switched off, and can no longer be added:
   *[other] { $n } have left or were switched off, and can no longer be added:
}
find-step-hidden = Could they be outside what you may see?
find-step-hidden-text = Possibly. Some departments are open to some people only, and this page cannot tell you whether that is so. An administrator can check.
find-ask = Ask an administrator
find-ask-hint = Say what it is about; that helps to decide. The colleague is not told.
find-message-first = I look for { $name }.
find-send = Send
find-back = Back to the search
find-asked = Sent to the administrators. Their answer will show here
find-waiting = Asked already; waiting for an answer.
find-own = What I asked
find-own-empty-title = Nothing asked yet
find-own-empty-text = Your questions to the administrators and their answers will show here.
find-own-open = Waiting
find-own-answered = Answered
find-own-granted = An administrator lets you see this colleague now.
find-again = Search again
