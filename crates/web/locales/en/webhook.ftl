# Webhooks: endpoints, and messages to them
webhook-lede = Your other systems are told here what happens in the company, signed and in order.
webhook-new = New endpoint
webhook-make = Make endpoint
webhook-made = The endpoint is ready
webhook-edit = Change endpoint
webhook-saved = The endpoint was changed
webhook-empty = No endpoints yet
webhook-empty-text = Name an address of your CRM or any other system, and choose what it shall be told.
webhook-spec = Messages follow the Standard Webhooks specification; its libraries verify them.
webhook-schema = Schema of the payloads
webhook-url = Address
webhook-url-hint = An https:// address that takes POST requests. It may hold a secret, so the audit log keeps only its host.
webhook-description = Description
webhook-description-hint = What it is for, for example “CRM”.
webhook-events = Events
webhook-which = What it is sent
webhook-all = All events
webhook-all-hint = Also those that later versions add.
webhook-chosen = Chosen events
webhook-chosen-hint = Only what is ticked below.
webhook-some = { $n ->
    [one] 1 event
   *[other] { $n } events
}
webhook-comma = ,{" "}
webhook-group-requests = Contact requests
webhook-group-contacts = Contacts and customers
webhook-group-people = People
webhook-group-codes = QR codes
webhook-group-live_codes = Live codes
webhook-group-conversations = Conversations
webhook-group-company = Company

webhook-kind-request-sent = Request sent
webhook-kind-request-accepted = Request accepted
webhook-kind-request-declined = Request declined
webhook-kind-request-withdrawn = Request withdrawn
webhook-kind-request-expired = Request expired
webhook-kind-request-reopened = Decision taken back
webhook-kind-contact-made = Colleagues became contacts
webhook-kind-contact-ended = Contact of colleagues ended
webhook-kind-customer-added = Customer added
webhook-kind-customer-removed = Customer removed
webhook-kind-member-changed = Member added or changed
webhook-kind-directory-reloaded = Directory changed as a whole
webhook-kind-department-changed = Departments changed
webhook-kind-visibility-changed = Visibility changed
webhook-kind-role-changed = Roles changed
webhook-kind-settings-changed = Settings changed
webhook-kind-find-ask-changed = Question about somebody not found
webhook-kind-code-changed = QR code made or changed
webhook-kind-code-scanned = QR code scanned
webhook-kind-live-code-published = Live code published
webhook-kind-live-code-paused = Live code paused
webhook-kind-live-code-resumed = Live code serves again
webhook-kind-live-code-deleted = Live code deleted
webhook-kind-live-code-restored = Deletion of a live code taken back
webhook-kind-live-code-added = Customer came by a live code
webhook-kind-live-code-waiting = Visitor left a number
webhook-kind-live-alert-opened = Alert of a live code opened
webhook-kind-live-alert-closed = Alert of a live code closed
webhook-kind-conversation-started = Conversation began
webhook-kind-conversation-message = Something was said (without the text)
webhook-kind-conversation-handed-over = Conversation handed over
webhook-kind-conversation-closed = Conversation settled
webhook-kind-conversation-reopened = Conversation taken up again
webhook-kind-conversation-promise-broken = Promised answer did not come in time
webhook-kind-webhook-changed = Endpoint changed
webhook-kind-webhook-example = Example

webhook-state-on = On
webhook-state-troubled = Failing
webhook-state-paused = Paused
webhook-state-gone = Off
webhook-state-failing = Off
webhook-why-gone = The endpoint answered that it is gone (410), so it was switched off. What waited for it was given up and can be sent again after you switch it on.
webhook-why-failing = The endpoint took nothing for three days, so it was switched off. What waited for it was given up and can be sent again after you switch it on.
webhook-why-troubled = The endpoint does not take messages at the moment; they are tried again and again. Since
webhook-why-paused = Paused: what happens waits, for seven days at most.
webhook-off-notice = { $n ->
    [one] An endpoint was switched off because it no longer takes messages. Open it to see why.
   *[other] { $n } endpoints were switched off because they no longer take messages. Open them to see why.
}
webhook-last-taken = Last taken
webhook-never-taken = Nothing taken yet
webhook-waiting = { $n } waiting
webhook-dead = { $n } given up
webhook-made-by = Made by
webhook-terms = Terms
webhook-schedule = An endpoint has 10 seconds to answer, and only 2xx counts. After a failure a message is tried again in about 5 and 15 seconds, then with pauses that triple up to 12 hours, for three days.

webhook-secret = Signing secret
webhook-secret-once = Copy it now and keep it where your receiver reads it: it is shown only this once.
webhook-secret-kept = I have kept it
webhook-verify = Every message carries webhook-id, webhook-timestamp and webhook-signature. A receiver verifies them with this secret and refuses all else.
webhook-overlap = For a day both secrets sign, so that you can change the receiver without losing anything.
webhook-former-until = The secret before signs too until { $time }.
webhook-rotate = New secret
webhook-rotated = The new secret
webhook-rotate-ask = Make a new secret?
webhook-rotate-text = It is shown once. The old one signs beside it for another day.
webhook-rotate-go = Make new secret
webhook-pause = Pause
webhook-paused = Paused; what happens waits
webhook-resume = Switch on
webhook-resumed = Switched on
webhook-example = Send an example
webhook-example-sent = An example is on its way
webhook-delete-ask = Delete this endpoint?
webhook-delete-text = It is told nothing more, and its messages go with it. You can take this back for ten minutes.
webhook-delete-go = Delete
webhook-deleted = The endpoint was deleted
webhook-restored = The endpoint is back

webhook-messages = Messages
webhook-standing = Where messages stand
webhook-standing-all = All
webhook-standing-waiting = Waiting
webhook-standing-taken = Taken
webhook-standing-dead = Given up
webhook-filter = Filter
webhook-any = All events
webhook-none = No messages here
webhook-none-text = Send an example to see whether the endpoint is reached.
webhook-column-id = Number
webhook-column-event = Event
webhook-column-standing = State
webhook-column-outcome = Answer
webhook-column-latency = Took
webhook-column-at = Since
webhook-column-failures = Failures
webhook-file = messages
webhook-status = Answered { $status }
webhook-fault-timeout = No answer in time
webhook-fault-unknown_host = The host is not known
webhook-fault-private_host = The host is a private address, which this server does not allow
webhook-fault-refused = Nobody listens there
webhook-fault-certificate = The certificate is not trusted
webhook-fault-broken = The exchange broke off
webhook-tries = Tries
webhook-no-tries = Not tried yet
webhook-no-tries-text = It goes out as soon as those about the same thing before it were taken.
webhook-next-at = Next try { $time }
webhook-under-way = On its way
webhook-body = What is sent
webhook-resend = Send again
webhook-resent = It is sent again
webhook-resend-all = { $n ->
    [one] Send 1 again
   *[other] Send all { $n } again
}
webhook-resent-all = { $n ->
    [one] One message is sent again
   *[other] { $n } messages are sent again
}
