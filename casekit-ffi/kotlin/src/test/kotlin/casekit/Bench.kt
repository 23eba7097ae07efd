package casekit

/** The calls that every host times, on the file that is named. */
fun main(args: Array<String>) {
    CaseKit.open(args.single(), Options(durability = Durability.NORMAL)).use { kit ->
        val desk = kit.desk(MONA)
        val case = desk.cases(page = PageRequest(size = 1)).rows.single().id
        val byNumber = CasesQuery(sort = Sort.NUMBER)
        report("one_case", 3_000) { desk.case(case).title }
        report("page_of_50", 3_000) { desk.cases(byNumber, PageRequest(size = 50)).rows.also { check(it.size == 50) } }
        report("columns_5000", 60) { desk.caseTable(5_000, byNumber).also { check(it.size == 5_000) } }
        report("raise", 500) { desk.raiseCase(support("Cannot log in")).number }
    }
}

/** The last answer, so that none is left out as not needed. */
@Volatile
private var answer: Any? = null

private fun report(name: String, times: Int, call: () -> Any) {
    // On two cores the JVM's own compiler is busy for longer than the calls that it compiles.
    repeat(4 * times) { answer = call() }
    val took = LongArray(times) {
        val start = System.nanoTime()
        answer = call()
        System.nanoTime() - start
    }
    took.sort()
    println("$name\t%.1f".format(java.util.Locale.ROOT, took[times / 2] / 1_000.0))
}
