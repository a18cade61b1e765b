;; Counts line feeds by 16 bytes at once. Compiled into row-scan.ts; a test compiles it again and compares.
(module
  ;; 128 KiB of input, which fits the cache of a processor, and a page for what is read ahead of it.
  (memory (export "memory") 3)

  ;; How many line feeds from $at up to $end are followed by a byte above 0x20. The sign bit is set if any is followed by
  ;; another byte, so that somebody has to look closer. Reads up to 80 bytes beyond $end.
  (func (export "count") (param $at i32) (param $end i32) (result i32)
    (local $rows i32) (local $odd i32) (local $feeds i32) (local $stop i32) (local $lf v128)
    (local.set $lf (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          ;; Most stretches of 64 bytes have no line feed at all.
          (if (v128.any_true
                (v128.or
                  (v128.or
                    (i8x16.eq (v128.load (local.get $at)) (local.get $lf))
                    (i8x16.eq (v128.load offset=16 (local.get $at)) (local.get $lf)))
                  (v128.or
                    (i8x16.eq (v128.load offset=32 (local.get $at)) (local.get $lf))
                    (i8x16.eq (v128.load offset=48 (local.get $at)) (local.get $lf)))))
            (then
              (local.set $stop (i32.add (local.get $at) (i32.const 64)))
              (loop $vector
                (local.set $feeds (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (local.get $lf))))
                (local.set $odd
                  (i32.or
                    (local.get $odd)
                    (i32.and
                      (local.get $feeds)
                      (i8x16.bitmask
                        (i8x16.lt_u
                          (v128.load offset=1 (local.get $at))
                          (v128.const i8x16 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33))))))
                (local.set $rows (i32.add (local.get $rows) (i32.popcnt (local.get $feeds))))
                (local.set $at (i32.add (local.get $at) (i32.const 16)))
                (br_if $vector (i32.lt_u (local.get $at) (local.get $stop)))))
            (else (local.set $at (i32.add (local.get $at) (i32.const 64)))))
          (br $next))))
    (select
      (i32.const -1)
      (local.get $rows)
      (local.get $odd))))
