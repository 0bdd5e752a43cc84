# QR codes and scanning
code-lede = Whoever scans one can become your contact; every scan is on record.
code-new = New code
code-make = Make code
code-empty = No codes yet
code-empty-text = Make one for your card or the signature of your e-mails.
code-unnamed = Unnamed code
code-permanent = For ever
code-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
code-for-ever = Lives for ever
code-until = Lives until { $time }
code-scans = { $n ->
    [one] 1 scan
   *[other] { $n } scans
}
code-adds = { $n ->
    [one] 1 added
   *[other] { $n } added
}
code-last = last
code-newest = Newest
code-single = One visitor only
code-single-hint = It dies with the first contact that it makes.
code-many = Any number of visitors
code-confirm = I confirm each visitor
code-confirm-hint = When off, whoever proves a number is your contact at once.
code-at-once = Contacts at once
code-state-alive = Alive
code-state-code_revoked = Revoked
code-state-code_used = Used
code-state-code_expired = Expired
code-state-code_owner_disabled = Disabled
code-state-code_owner_left = Owner left
code-why-code_revoked = It was revoked and leads to nobody.
code-why-code_used = It was for one visitor, who has come.
code-why-code_expired = Its time is over; it can be extended.
code-why-code_owner_disabled = It does not work while its owner is disabled.
code-why-code_owner_left = Its owner has left; hand it over, and printed codes work again.
code-outcome-shown = Saw the card
code-outcome-added = Became a contact
code-outcome-asked = Asked to be a contact
code-outcome-known = Known or had asked before
code-outcome-refused = Refused by a rule
code-outcome-slowed = Slowed: too many from one place
code-times = { $n } times
code-outcome-code_revoked = Found the code revoked
code-outcome-code_used = Found the code used
code-outcome-code_expired = Found the code expired
code-outcome-code_owner_disabled = Came while the owner was disabled
code-outcome-code_owner_left = Came after the owner had left
code-visitor-known = Signed-in visitor
code-visitor-stranger = Visitor not signed in
code-history = Scans
code-no-scans = No scans yet
code-no-scans-text = Scans appear here at once.
code-picture = QR code
code-picture-label = Picture of the QR code
code-png-named = PNG with the company’s name
code-poster = Poster
code-signature = E-mail signature
code-terms = Terms
code-made-at = Made
code-handed-from = Taken over from
code-visitors = Visitors
code-adding = Adding
code-extend = Let it live from now for
code-extend-hint = Printed codes stay as they are.
code-extend-go = Change its life
code-extended = Its life was changed
code-revoke = Revoke
code-revoke-of = Revoke { $name }
code-revoked = Revoked; visitors are told so
code-restore = Bring back
code-restored = Works again
code-made = Code made
code-owned-by = It belongs to { $name }.
code-name = Name
code-name-hint = Only you and administrators see it, such as “Trade fair”. At most 32 characters.
code-life = Life
code-own-days = Own number
code-own-days-label = Own number of days
code-own-days-hint = For “Own number”: 1 to 3,650.
code-own-days-max = For “Own number”: at most { $n }.
code-shown = On the card
code-shown-text = Name, company and position are always shown.
code-shown-mobile = Mobile number
code-shown-email = E-mail
code-shown-employee_no = Employee number
code-column-at = Time
code-column-outcome = Outcome
code-column-visitor = Visitor
code-column-address = Network
code-column-times = Number
code-file = scans.csv
code-all-lede = Every member’s codes. When somebody leaves, hand their codes to a colleague.
code-kind-all = All
code-kind-alive = Alive
code-kind-dead = Dead
code-kind-orphaned = Owner left
code-of = Codes of { $name }.
code-of-all = See all
code-all-empty = No such codes
code-all-empty-text = Try another state.
code-hand-over = Hand over
code-hand-over-of = Hand over { $name }
code-hand-over-text = It belongs to { $name }. Printed codes will lead to the successor.
code-hand-to = Hand over to { $name }
code-hand-over-all = Hand all over
code-hand-over-all-of = All codes of { $name } go to one colleague
code-hand-over-all-text = { $n ->
    [one] One code, dead or alive. Printed, it will lead to the successor.
   *[other] { $n } codes, dead or alive. Printed, they will lead to the successor.
}
code-handed-over-all = { $n ->
    [one] One code handed over
   *[other] { $n } codes handed over
}
code-handed-over = Handed over to { $name }
code-successor = Successor
code-successor-hint = Name, pinyin, employee number
code-successor-first = Type the successor’s name.
code-successor-none = No active member fits.
code-left-notice = { $n ->
    [one] One QR code died when they left.
   *[other] { $n } QR codes died when they left.
}
code-poster-text = One page, readable in black and white too. Print it from your browser.
code-poster-line = Headline
code-poster-title = Scan to stay in touch
code-signature-text = Paste it into your mail settings; the picture comes from this server.
code-signature-look = View, select and copy
code-signature-source = HTML source
code-signature-alt = QR code of { $name }
code-signature-add = Add me as a contact
scan-lede = A code of this server opens its card. Any other is only shown and never opened.
scan-camera = By camera
scan-camera-text = Hold the code into the picture. Nothing is kept.
scan-start = Start camera
scan-stop = Stop camera
scan-denied = The camera cannot be used. Allow it in the browser, or choose a picture.
scan-picture = From a picture
scan-choose = Picture
scan-choose-hint = PNG, JPEG or WebP, at most 12 MB.
scan-read = Read
scan-no_picture = Choose a PNG, JPEG or WebP picture.
scan-too_large = Too many pixels; 60 million at most. Cut out the code and try again.
scan-no_code = No readable code in this picture. Come closer, keep it sharp and try again.
scan-foreign = This address is elsewhere. Copy and open it only if you trust it.
scan-wifi-text = A wireless network; its password is not shown here.
scan-is-address = An address
scan-is-wifi = A wireless network
scan-is-card = A visiting card
scan-is-text = A text
scan-is-ours = A code of this server
scan-several = The picture shows { $n } codes. Which one do you mean?
scan-open = Open the card
