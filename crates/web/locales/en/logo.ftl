# The logo of the company
logo-title = Company logo
logo-lede = It stands on the cards that visitors see, and on posters.
logo-in-codes = QR codes show it in their middle.
logo-alt = Logo of { $name }
logo-choose = Choose a picture
logo-hint = PNG, JPEG or WebP, at most 12 MB, at least 48 pixels on its shorter side. It is brought to 256 pixels on white; the original is not kept.
logo-put = Use it
logo-change = Use this one
logo-remove = Take it off
logo-saved = The logo is shown
logo-removed = The logo is taken off
logo-restored = The logo is back
