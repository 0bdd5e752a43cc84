# Live codes: lists, the editor, what they refuse
error-draft_changed = Somebody has changed or published this draft meanwhile. Compare, then decide.
error-nothing_to_publish = Nothing waits to be published.
error-only_a_draft = Nothing of this code is published yet; delete the code instead.
error-too_many_live_codes = The company has 2,000 live codes, which is the limit. Delete some that are no longer used.
error-not_found-live_code = There is no such live code.
error-not_found-version = There is no such version.
error-not_found-scan = There is no such scan.
field-in_the_past = This moment is over.
field-radius_without_nearest = A radius goes with “nearest” only.
field-unknown_pool = There is no such pool.
field-backup_circle = The backups lead back here. Let one of them end.
field-pool_empty = Nobody stands in this pool. Add members or a department.
field-named_twice = Already listed above.
field-hours_week = A week has seven days.
field-hours_minute = Times lie between 0:00 and 24:00.
field-outside_the_globe = Latitude is −90 to 90, longitude −180 to 180.
field-too_deep = Five layers at most, the pool at the end included.
field-key_form = 1 to 24 letters, digits, “-” or “_”.
field-key_taken = Another choice of this question has this key.
field-unknown_member = There is no such member.
field-nobody_there = Nobody is in these departments.
field-too_many_members = More than 10,000 members stand behind this code.

nav-live-codes = Live codes
live-lede = One code, many colleagues behind it: whoever scans is led to one of them at once.
live-new = New live code
live-new-lede = Give it a name. Members, layers and texts come next, and nothing is live before you publish.
live-make = Make the draft
live-made = The draft is ready. Add members, then publish.
live-copy-of = { $name } 2
live-standing = State
live-state-all = All
live-state-open = Open
live-state-paused = Paused
live-state-unpublished = Not published
live-state-expired = Expired
live-state-deleted = Deleted
live-says-open = Scans are served now.
live-says-paused = Scans are told to come back later.
live-says-unpublished = Nobody is served before the first publication.
live-says-expired = Its time is over; publish a later end to open it again.
live-says-deleted = Deleted.
live-search = Name, group or channel tag
live-filter = Show
live-group-any = All groups
live-none = Nothing fits
live-none-text = Try another name, or another state.
live-empty = No live codes yet
live-empty-text = Make one for a shop, a poster or a campaign: the server picks the colleague at the scan.
live-drafted = Draft waits
live-version = Version { $version }
live-not-yet = Not published yet
live-unnamed = Unnamed
live-file = Live codes
live-column-name = Name
live-column-group = Group
live-column-state = Channel tag
live-column-standing = State
live-column-version = Version
live-column-made = Made
live-column-address = Address
live-pause = Pause
live-paused = The code is paused.
live-resume = Resume
live-resumed = The code serves again.
live-duplicate = Duplicate
live-delete = Delete
live-delete-ask = Delete this live code?
live-delete-text = Whoever scans a printed copy is told that the code is gone. You can take it back for ten minutes.
live-deleted = The code is deleted.
live-restored = The code is back.
live-waits = { $n ->
    [one] One change waits to be published.
   *[other] { $n } changes wait to be published.
}
live-waits-first = Nothing is live yet.
live-look-and-publish = Look and publish
live-pools = Pools
live-layers = Layers
live-more = More
live-history = History
live-facts = Facts
live-never = Never
live-entries = { $n ->
    [one] One entry
   *[other] { $n } entries
}
live-members = { $n ->
    [one] One member
   *[other] { $n } members
}
live-minutes = { $n ->
    [one] One minute
   *[other] { $n } minutes
}
live-draft = Draft
live-draft-lede = Change what you like; visitors meet the published version until you publish this one.
live-parts = What it is made of
live-basics = Names, terms and texts
live-basics-sub = Name, group, promise, page texts, tags, welcome
live-wrong = { $n ->
    [one] One to correct
   *[other] { $n } to correct
}
live-pool-named = Pool “{ $name }”
live-pool-number = Pool { $n }
live-pool-new = Name of a new pool
live-pool-add = Add pool
live-pool-drop = Take this pool away
live-pool-name = Name
live-pool-dead = Nobody soon
live-pool-dead-text = Nobody in pool “{ $pool }” would receive a customer in the next seven days.
live-layers-none = No questions: every scan goes to pool “{ $pool }”.
live-layers-some = { $n ->
    [one] A question with one choice
   *[other] A question with { $n } choices
}
live-layers-lede = Ask visitors what they come for, up to five layers deep. A link may answer in advance: ?to=sofa.leather
live-differences = What differs
live-against = Against version { $version }
live-what = What
live-was = Before
live-after = After
live-ahead = Before you publish
live-behind = { $n ->
    [one] One member stands behind this code.
   *[other] { $n } members stand behind this code.
}
live-nothing-wrong = Ready to be published.
live-not-published = Not published: correct what is listed here.
live-troubled = { $n ->
    [one] One member would receive nobody
   *[other] { $n } members would receive nobody
}
live-more-troubled = and { $n } more
live-trouble-left = has left
live-trouble-disabled = is disabled
live-trouble-not_activated = has not signed in yet
live-trouble-no_share = has weight 0
live-trouble-no_room = has a cap of 0
live-trouble-off_duty = is not on duty within seven days
live-trouble-no_place = has no place, so nearest never finds them
live-publish = Publish
live-note = Reason
live-note-hint = For the history, for example “More colleagues for the sale”.
live-published = Version { $version } is live.
live-drop = Throw the draft away
live-draft-dropped = The draft is gone; the published version stays.
live-publish-conflict = Somebody has changed or published this code since you opened the page. This is how it stands now; look at what differs, then publish again.
live-conflict = Somebody has saved this draft since you opened the page. Your entries are still here. Saving again changes what is listed.
live-conflict-title = What your entries would change
live-saved = Saved in the draft.
live-name = Name
live-name-hint = Seen on the console only, at most 32 characters.
live-group = Group
live-group-hint = Codes of a group stand together in the list.
live-state = Channel tag
live-state-hint = Handed on with the customer (state), at most 30 characters.
live-terms = Terms
live-sticky = Returning customers go to their own colleague
live-confirm = The member confirms each customer
live-promises = Promise a response time on the page
live-hold = Minutes a place is kept
live-hold-hint = How long a shown card stays reserved.
live-expires = Ends
live-expires-hint = In the company’s time zone. Empty: never.
live-texts = Texts of the page
live-texts-text = Visitors read their own language, or the other one if it is empty.
live-title = Heading
live-intro = Text below
live-in-zh = Chinese
live-in-en = English
live-marks = What the customer gets
live-marks-text = Set when customer and member become contacts.
live-tags = Tags
live-tags-hint = One in a line, at most ten.
live-remark = Remark
live-remark-hint = {"{"}customer{"}"}, {"{"}code{"}"}, {"{"}date{"}"} and {"{"}state{"}"} are filled in.
live-welcome = Welcome
live-welcome-hours = At these hours
live-welcome-hours-hint = For example 9:00-18:00; empty for always. The first that fits is sent.
live-add = Add members
live-find = Find members
live-find-hint = Name, pinyin, position or department.
live-find-go = Find
live-find-none = Nobody is found, or all stand in the pool already.
live-add-chosen = Add the ticked
live-add-department = Or a whole department
live-add-department-hint = It follows the directory: whoever joins it stands in the pool.
live-add-go = Add
live-how = How it chooses
live-strategy = Strategy
live-strategy-round_robin = In turn
live-strategy-round_robin-hint = One after another, skipping who is away
live-strategy-weighted = By weight
live-strategy-weighted-hint = Weight 5 receives five times as many as 1
live-strategy-least_loaded = Least busy
live-strategy-least_loaded-hint = Who has the fewest open for what they handle
live-strategy-nearest = Nearest
live-strategy-nearest-hint = Closest to the visitor; asks for the location
live-radius = Radius in km
live-radius-hint = With “nearest”: nobody farther away is chosen. Empty: no limit.
live-backup = If nobody can
live-backup-hint = This pool is asked next.
live-no-backup = No backup
live-who = Who stands in it
live-who-column = Member
live-weight = Weight
live-weight-hint = Share among the others, 0 to 1000.
live-capacity = Handles
live-capacity-hint = Open conversations that go well at once.
live-daily = A day
live-lifetime = In all
live-cap-hint = Most adds. Empty: no limit.
live-hours = Hours
live-hours-of = Hours and places of { $name }
live-many = Terms for many at once
live-many-text = Empty fields stay as they are.
live-many-hours = Set these hours too; all days empty means off duty
live-many-whom = For whom
live-many-ticked = The ticked of this page
live-many-all = Everybody in the pool
live-many-set = Set for them
live-many-remove = Remove them
live-to-draft = Back to the draft
live-always = Always
live-weekly = By weekday
live-day-mon = Mon
live-day-tue = Tue
live-day-wed = Wed
live-day-thu = Thu
live-day-fri = Fri
live-day-sat = Sat
live-day-sun = Sun
live-hours-text = In the company’s time zone; 22:00-6:00 reaches into the next day.
live-dates = Special dates
live-dates-hint = One in a line: 2026-10-01 for a day off, or 2026-10-08 9:00-12:00.
live-places = Where they are
live-points = Latitude and longitude
live-points-hint = One place in a line: 30.2741, 120.1551
live-begin = A scan begins
live-begin-hint = At a pool, or with a question.
live-begin-ask = Ask a question
live-asked = Question
live-fallback = If nobody below can
live-fallback-hint = This pool is asked before the visitor waits.
live-no-fallback = No other pool
live-choices = Choices
live-choices-text = The key stands in links and reports. Empty a row to remove it.
live-choice-number = Choice { $n }
live-key = Key
live-then = Leads to
live-layer-below = Edit the question below
live-layer-above = To the layer above
live-terms-weight = weight { $n }
live-terms-capacity = handles { $n }
live-terms-daily = { $n } a day
live-terms-lifetime = { $n } in all
live-terms-points = { $n ->
    [one] one place
   *[other] { $n } places
}
live-terms-dates = { $n ->
    [one] one special date
   *[other] { $n } special dates
}
live-member-gone = A member who is gone
live-department-gone = A department that is gone
live-history-empty = Nothing was published
live-history-empty-text = Each publication is kept here with its reason.
live-is-live = Live
live-bring-back = Make this the draft
live-bring-back-over = A draft waits already; it would be replaced.
live-brought-back = Version { $version } is the draft now. Publish it to make it live.
live-first-version = The first version.
live-no-difference = Nothing differs from the version before.
field-number = Write a whole number.
field-moment = Write date and time, for example 2026-11-11 23:59.
field-hours_form = Write hours like 9:00-12:00, 13:00-18:00.
field-dates_form = Write one date in a line, like 2026-10-08 9:00-12:00.
field-points_form = Write latitude and longitude, like 30.2741, 120.1551.
field-changed = Somebody has changed this layer meanwhile.
field-pool_in_use = A question or another pool leads here. Change that first.

live-scans = Scans
live-scans-none = No scans
live-scans-none-text = Nobody has scanned in this time, or nothing fits.
live-scan-outcome = What came of it
live-scan-number = Number
live-scan-at = When
live-scan-member = Member
live-scan-no = No. { $n }
live-scans-of = Their scans only
live-outcome-all = All
live-outcome-added = Added
live-outcome-nobody = Nobody free
live-outcome-held = Place kept
live-outcome-lapsed = Not added
live-from = From
live-until = Until
live-scan-nobody = Nobody could be chosen
live-why = Why this member?
live-chose = The visitor chose { $path }.
live-in-pool = { $n ->
    [one] One member in the pool
   *[other] { $n } members in the pool
}
live-left = Left to choose from, the best first
live-so = So it is { $name }
live-for-engineers = For engineers
live-probability = Probability
live-kept-until = The place is kept until { $time }.
live-reason-held = The visitor holds this place already.
live-reason-returning = The visitor is a customer of this member.
live-reason-nobody = Nobody was left.
live-reason-round-robin = It was this member’s turn.
live-reason-weighted = By weight, this member was owed the most.
live-reason-least-loaded = This member has the least open work.
live-reason-nearest = This member is nearest.
live-score-load = { $percent }% busy
live-score-distance = { $km } km away
live-score-turns = { $turns } turns owed
live-filter-inactive = { $n ->
    [one] One is disabled or has left
   *[other] { $n } are disabled or have left
}
live-filter-not-permitted = { $n ->
    [one] One may not have customers
   *[other] { $n } may not have customers
}
live-filter-off-duty = { $n ->
    [one] One is off duty
   *[other] { $n } are off duty
}
live-filter-switched-off = { $n ->
    [one] One has switched off
   *[other] { $n } have switched off
}
live-filter-quota = { $n ->
    [one] One has no quota left
   *[other] { $n } have no quota left
}
live-filter-daily-cap = { $n ->
    [one] One is full for today
   *[other] { $n } are full for today
}
live-filter-lifetime-cap = { $n ->
    [one] One has reached the cap in all
   *[other] { $n } have reached the cap in all
}
live-filter-no-share = { $n ->
    [one] One has weight 0
   *[other] { $n } have weight 0
}
live-filter-too-far = { $n ->
    [one] One is too far away
   *[other] { $n } are too far away
}
live-filter-excluded = { $n ->
    [one] One was met before
   *[other] { $n } were met before
}
