# What if: recorded scans under another plan, and a day that has not come yet

what-if = What if
what-if-lede = The recorded scans, decided again by the engine that decides real ones. Nothing is changed.
what-if-replay = Recorded scans
what-if-day = Promotion day
what-if-under = Under
what-if-draft = The draft as it is now
what-if-go = Compare
what-if-no-scans = Nobody scanned in these days. Choose others.
what-if-unpublished = The code has not been published yet, so nobody could scan it. “Promotion day” works already.
what-if-since = The code has more scans than are followed. They are followed since { $time }, with even turns at first, so numbers may differ by one or so for each member.
what-if-exact = { $n ->
    [one] Under its own plan the scan comes out exactly as recorded.
   *[other] Under its own plan all { $n } scans come out exactly as recorded.
}
what-if-inexact = { $n ->
    [one] Under its own plan one scan comes out otherwise than recorded.
   *[other] Under its own plan { $n } scans come out otherwise than recorded.
}
what-if-elsewhere = Scans to somebody else
what-if-of-scans = { $n ->
    [one] of one scan
   *[other] of { $n } scans
}
what-if-recorded = recorded: { $n }
what-if-scans = Scans
what-if-adds = Adds
what-if-nobody = Nobody could be chosen
what-if-found-full = Scans that found a full member
what-if-full = Members at their cap
what-if-off-the-way = { $n ->
    [one] One scan took a way through the layers that this plan does not have. It counts as one for which nobody could be chosen.
   *[other] { $n } scans took a way through the layers that this plan does not have. They count as scans for which nobody could be chosen.
}
what-if-chart = More and fewer scans
what-if-chart-text = Members who would differ most: { $name } against what was recorded.
what-if-alike = Everybody gets as many
what-if-alike-text = With “{ $name }” each member would have received as many scans as recorded.
what-if-less = fewer
what-if-same = as recorded
what-if-more = more
what-if-assumed = What is assumed
what-if-assumed-adds = Who added a member adds the member they would have met. Who would have met nobody adds nobody.
what-if-assumed-load = Open conversations stay as recorded: nobody knows how others would have answered.
what-if-assumed-there = Accounts, duty hours and switches of members are those of the time.
what-if-assumed-turns = Turns, caps and kept places go on from where they stood at the beginning.
what-if-assumed-draft = The draft is filled with members and departments as they are today.
what-if-column-was = Recorded
what-if-column-would = Would be
what-if-column-by = Difference
what-if-column-full = Cap reached
what-if-column-adds-was = Adds, recorded
what-if-column-adds-would = Adds, would be
what-if-column-full-was = Cap reached, recorded
what-if-column-full-would = Cap reached, would be
what-if-day-lede = A day that has not come yet, played through this code’s pool before it does.
what-if-day-form = The day
what-if-day-none = Not played yet
what-if-day-none-text = Say how many will come and how fast members answer, and see who waits how long.
what-if-pool = Pool
what-if-date = Day
what-if-peak = Peak at
what-if-height = Peak, times the rest
what-if-adding = Of 100 scans become adds
what-if-answer = Seconds to write an answer
what-if-open = Minutes a conversation stays open
what-if-promise = Promised minutes
what-if-play = Play
what-if-no-strategy = Choose at least one.
what-if-peak-outside = The peak lies between beginning and end.
what-if-waiting = Visitors who wait
what-if-waiting-text = For a first answer, or for somebody to be free.
what-if-numbers = The day in numbers
what-if-adds-each = Adds of a member, least and most
what-if-left = Left a number
what-if-still = Of them waiting at the end
what-if-half = Half are answered within
what-if-nine = 9 of 10 within
what-if-hundred = 99 of 100 within
what-if-seconds = 9 of 10 answered within seconds
what-if-day-assumed-pool = Members, hours, weights and caps are those of the pool in the draft, or of the published plan. Backups and layers are left out.
what-if-day-assumed-pace = Everybody answers one after another at the same pace; half of the answers take less than said here, half more.
what-if-day-assumed-left = Who finds nobody leaves a number and is served as soon as somebody is free.
what-if-day-assumed-nearest = Nobody says where they are, so “nearest” would go in turn.
field-date = Write a date, for example 2026-11-11.
field-time_of_day = Write a time, for example 20:00.
field-between = Between { $least } and { $most }.
field-before_from = The end lies before the beginning.
field-draft_unfinished = The draft cannot be published as it is. Put right what it marks first.
