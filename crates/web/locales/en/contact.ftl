contact-blocks = Blocked
