module secure-flower.test/init

go 1.26.0
