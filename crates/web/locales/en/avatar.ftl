# Pictures of members
avatar-title = Picture
avatar-lede = Colleagues who can see you see it in the directory, in requests and among contacts.
avatar-lede-of = Colleagues who can see { $name } see it in the directory, in requests and among contacts.
avatar-choose = Choose a picture
avatar-hint = PNG, JPEG or WebP, at most 12 MB, at least 48 pixels on its shorter side. The middle is cut to a square of 128 pixels; the original is not kept.
avatar-put = Use it
avatar-change = Use this one
avatar-remove = Take it off
avatar-edit = Change picture
avatar-add = Add a picture
avatar-saved = The picture is shown
avatar-removed = The picture is taken off
avatar-restored = The picture is back
field-picture-required = Choose a picture first.
field-no_picture = This is no picture that can be read. Use PNG, JPEG or WebP.
field-picture_too_large = The picture is too large. Make it smaller and try again.
field-picture_too_small = The picture is too small: at least 48 pixels on its shorter side.
