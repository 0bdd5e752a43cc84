# Conversations of customers with members
nav-conversations = Conversations
talk-title = { $n ->
    [0] Conversations
    [one] One customer waits for an answer
   *[other] { $n } customers wait for an answer
}
talk-open = Open
talk-settled = Settled
talk-search = Find a customer
talk-search-hint = Name or remark
talk-none = No conversations here
talk-none-text = Customers who add you by a live code appear here, those who wait longest first.
talk-unread = New
talk-waits = Waits
talk-late = Late
talk-promised-for = answer promised for { $at }
talk-said = What was said
talk-nothing = Nothing has been said yet. Say hello.
talk-earlier = Earlier
talk-read = Read
talk-text = Message
talk-send = Send
talk-resolve = Settle
talk-resolved = Settled. It opens again when the customer writes.
talk-reopen = Open again
talk-hand-over = Hand over
talk-hand-over-text = The colleague sees everything that was said and becomes a contact of the customer. The customer is told.
talk-hand-to = Hand over to { $name }
talk-handed-over = { $name } has it now.
talk-colleague = Colleague
talk-colleague-first = Type a name.
talk-colleague-none = Nobody found.
talk-note-handed_over = { $name } has taken over.
talk-note-rerouted = { $name } takes over, so that you need not wait.
talk-note-resolved = Settled.
talk-note-erased = The customer has deleted his data. What he wrote is gone; what you wrote is kept.
talk-begin = Write to { $name }. The answer appears here.
talk-gone = { $name } is no longer here. What you write reaches the company.
talk-promise = { $name } answers by { $at }.
talk-back = { $name } is back { $at }.
talk-soon = { $name } will answer here.
talk-mine = Conversations
talk-with = Talk with { $name }

answer-title = Canned answers
answer-lede = Ready in every conversation. They are put into the text, where you can still change them.
answer-none = No canned answers yet
answer-none-text = Keep what you write often.
answer-company = Company
answer-name = Name
answer-new = New answer
answer-change = Change the answer
answer-shared = For everybody in the company
answer-use = Use
answer-use-of = Use “{ $title }”
answer-kept = Saved.
answer-deleted = Deleted.
answer-delete-of = Delete “{ $title }”
answer-delete-sure = Delete “{ $title }”?

home-talks = { $n ->
    [one] One customer waits for your answer
   *[other] { $n } customers wait for your answer
}
home-talks-text = The one who waits longest stands on top.
home-talks-go = Answer
