home-title = { $n ->
    [0] Nothing waits for you
    [one] One thing waits for you
   *[other] { $n } things wait for you
}
