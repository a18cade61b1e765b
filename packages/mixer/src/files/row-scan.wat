;; Counts line feeds by 16 bytes at once. Compiled into row-scan.ts; a test compiles it again and compares.
(module
  ;; 256 KiB of input, which fits the cache of a processor; room for what is read ahead of it; the counts from 0x42000 on.
  (memory (export "memory") 5)

  ;; Counts by pages of 2048 bytes from 0 up to $end into 16 bits each. Not 0 if one of them is 0xffff, see $count.
  (func (export "pages") (param $end i32) (result i32)
    (local $at i32) (local $stop i32) (local $out i32) (local $rows i32) (local $odd i32)
    (local.set $out (i32.const 0x42000))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $stop (i32.add (local.get $at) (i32.const 2048)))
          (if (i32.gt_u (local.get $stop) (local.get $end)) (then (local.set $stop (local.get $end))))
          (local.set $rows (call $count (local.get $at) (local.get $stop)))
          (local.set $odd (i32.or (local.get $odd) (i32.lt_s (local.get $rows) (i32.const 0))))
          (i32.store16 (local.get $out) (local.get $rows))
          (local.set $out (i32.add (local.get $out) (i32.const 2)))
          (local.set $at (local.get $stop))
          (br $next))))
    (local.get $odd))

  ;; How many line feeds from $at up to $end are followed by a byte above 0x20; -1 if any is followed by another byte, so
  ;; that somebody has to look closer. Reads up to 144 bytes beyond $end.
  (func $count (param $at i32) (param $end i32) (result i32)
    (local $rows i32) (local $odd i32) (local $feeds i32) (local $stop i32) (local $lf v128)
    (local.set $lf (v128.const i8x16 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          ;; Most stretches of 128 bytes have no line feed at all. What is looked at beyond $end is zero or another page's.
          (if (i32.eqz
                (v128.any_true
                  (v128.or
                    (v128.or
                      (v128.or
                        (i8x16.eq (v128.load (local.get $at)) (local.get $lf))
                        (i8x16.eq (v128.load offset=16 (local.get $at)) (local.get $lf)))
                      (v128.or
                        (i8x16.eq (v128.load offset=32 (local.get $at)) (local.get $lf))
                        (i8x16.eq (v128.load offset=48 (local.get $at)) (local.get $lf))))
                    (v128.or
                      (v128.or
                        (i8x16.eq (v128.load offset=64 (local.get $at)) (local.get $lf))
                        (i8x16.eq (v128.load offset=80 (local.get $at)) (local.get $lf)))
                      (v128.or
                        (i8x16.eq (v128.load offset=96 (local.get $at)) (local.get $lf))
                        (i8x16.eq (v128.load offset=112 (local.get $at)) (local.get $lf)))))))
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 128)))
              (br $next)))
          ;; Nor have most halves of the others.
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
