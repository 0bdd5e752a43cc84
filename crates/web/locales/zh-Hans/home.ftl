home-title = { $n ->
    [0] 没有事在等你
   *[other] 有 { $n } 件事在等你
}
