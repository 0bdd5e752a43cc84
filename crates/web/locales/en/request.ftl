person-customer = Customer
person-unknown = A former colleague
person-status-left = left
person-status-disabled = disabled
person-status-active = active
person-status-not_activated = not activated

request-title = { $n ->
    [0] No requests wait for you
    [one] One request waits for you
   *[other] { $n } requests wait for you
}
request-lede = { $n ->
    [one] You need not answer: a request expires after one day, and nobody learns that you have seen it.
   *[other] You need not answer: a request expires after { $n } days, and nobody learns that you have seen it.
}
request-title-sent = Requests you sent
request-title-settled = Requests you settled
request-lede-settled = You can undo an answer within 10 minutes.
request-tab-received = Received
request-tab-sent = Sent
request-tab-settled = Settled
request-way-colleague = Colleague search
request-way-batch = Many at once
request-way-qr_code = QR code
request-way-live_code = Live code
request-left = { $time } left
request-accept = Accept
request-accept-of = Accept the request of { $name }
request-accept-all = Accept all
request-accept-all-title = { $n ->
    [one] Accept this request?
   *[other] Accept these { $n } requests?
}
request-accept-all-text = They all become your contacts. For 10 minutes you can undo each under “Settled”.
request-decline = Decline
request-decline-of = Decline the request of { $name }
request-decline-title = Decline the request of { $name }?
request-decline-text = { $n ->
    [0] The sender sees that you declined, and may ask again at once.
    [one] The sender sees that you declined, and cannot ask you again for a day.
   *[other] The sender sees that you declined, and cannot ask you again for { $n } days.
}
request-reason = Reason (optional)
request-reason-hint = The sender sees what you write.
request-reason-was = Reason: { $reason }
request-withdraw = Withdraw
request-withdraw-of = Withdraw the request to { $name }
request-undo-of = Undo the decision about { $name }
request-accepted = Request of { $name } accepted
request-declined = Request of { $name } declined
request-withdrawn = Request to { $name } withdrawn
request-undone = Undone: the request with { $name } waits again
request-accepted-many = { $n ->
    [one] One request accepted
   *[other] { $n } requests accepted
}
request-accepted-gone = { $n ->
    [one] {""}; one had changed meanwhile
   *[other] {""}; { $n } had changed meanwhile
}
request-state-pending = Waits for you
request-state-accepted = Accepted
request-state-declined = Declined
request-state-expired = Expired
request-state-withdrawn = Withdrawn by the sender
request-sent-pending = Waits for an answer
request-sent-accepted = Accepted
request-sent-declined = Declined
request-sent-expired = Expired; you can ask again
request-sent-withdrawn = Withdrawn by you
request-empty-received = No requests wait for you
request-empty-received-text = Requests of colleagues appear here by themselves.
request-empty-sent = You have sent no requests
request-empty-sent-text = Find a colleague in the directory to send one.
request-empty-settled = No requests settled yet
request-empty-settled-text = What was accepted, declined or has expired stays here.
request-find = Find colleagues
request-newest = Back to the newest
request-aside = Rules, and what you have sent
request-who = Who can add me
request-who-colleagues = Colleagues
request-who-colleagues-text = Whoever sees you may ask; you confirm
request-who-declined = After a decline
request-who-declined-text = { $n ->
    [0] May ask again at once
    [one] Cannot ask again for a day
   *[other] Cannot ask again for { $n } days
}
request-who-blocked = After a block
request-who-blocked-text = Requests no longer reach you, and nobody is told
request-mine = Sent by me
request-mine-none = No pending requests.
request-budget = { $used } sent today, { $left } left.
request-noted = Hide
