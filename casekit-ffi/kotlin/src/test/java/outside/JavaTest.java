package outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import casekit.Actor;
import casekit.CaseEdit;
import casekit.CaseKit;
import casekit.CasePage;
import casekit.CaseSummary;
import casekit.CaseTable;
import casekit.CaseView;
import casekit.CasekitException;
import casekit.CasesQuery;
import casekit.Changes;
import casekit.CountBy;
import casekit.DataColumn;
import casekit.DataSource;
import casekit.DataTable;
import casekit.DataValue;
import casekit.Desk;
import casekit.ErrorsKt;
import casekit.FieldError;
import casekit.NewCase;
import casekit.NewCustomer;
import casekit.Options;
import casekit.PageRequest;
import casekit.RaisedCase;
import casekit.Role;
import casekit.TablesKt;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in Java, which javac compiles against what Kotlin's compiler made of the package. */
class JavaTest {
    private static final Actor AMARA = new Actor("amara", "Amara Okafor", List.of(Role.AGENT));

    @Test
    void aProgramInJavaOpensRaisesAndEdits(@TempDir Path folder) throws CasekitException {
        try (CaseKit kit = CaseKit.open(folder.resolve("cases.db"))) {
            Desk desk = kit.desk(AMARA);
            RaisedCase raised = desk.raiseCase(new NewCase("Support", "Cannot log in"));
            desk.createCustomer(new NewCustomer("Ada Obi"));
            CaseView before = desk.getCase(raised.getId());
            desk.takeCase(raised.getId());
            long seen = desk.getCase(raised.getId()).getRevision();
            assertTrue(seen > before.getRevision());
            desk.editCase(raised.getId(), edit("Cannot log in since Monday", "Resolved", seen));
            CaseView after = desk.getCase(raised.getId());
            assertEquals("Cannot log in since Monday", after.getTitle());
            assertEquals("Resolved", after.getStage());
            CasekitException.Conflict late = assertThrows(
                    CasekitException.Conflict.class, () -> desk.editCase(raised.getId(), edit("Too late", null, seen)));
            assertEquals("conflict", late.getCode());
        }
    }

    private static CaseEdit edit(String title, String stage, Long seen) {
        return new CaseEdit(
                null, stage, title, null, null, false, null, false, null, null, null, List.of(), null, null, seen);
    }

    @Test
    void aProgramInJavaPagesAndCounts() throws CasekitException {
        try (CaseKit kit = CaseKit.inMemory()) {
            Desk desk = kit.desk(AMARA);
            for (int number = 1; number <= 5; number++) {
                desk.raiseCase(new NewCase("Support", "Case " + number));
            }
            CasePage first = desk.cases(null, new PageRequest(2));
            CasePage second = desk.cases(new CasesQuery(), new PageRequest(2, first.getNext()));
            assertEquals(List.of("Case 3", "Case 2"),
                    second.getRows().stream().map(row -> row.getTitle()).collect(Collectors.toList()));
            assertEquals(5, desk.cases().getRows().size());
            long pending = desk.myPendingCount();
            assertEquals(0L, pending);
            assertEquals(5L, desk.counts(CountBy.CATEGORY).stream().mapToLong(row -> row.getCount()).sum());
            CaseTable table = TablesKt.caseTable(desk, 3);
            assertEquals(3, table.getSize());
            long revision = table.getRevision().get(0);
            assertEquals(1L, revision);
            Changes changes = desk.changesSince(null, 100);
            assertTrue(changes.getChanges().size() >= 5 && !changes.getMore());
        }
    }

    @Test
    void aProgramInJavaIsToldWhatIsWrong() throws CasekitException {
        try (CaseKit kit = CaseKit.inMemory(new Options())) {
            Desk desk = kit.desk(AMARA);
            CasekitException.Invalid wrong =
                    assertThrows(CasekitException.Invalid.class, () -> desk.raiseCase(new NewCase("Suport", " ")));
            assertEquals(List.of("case_type", "title"),
                    wrong.getFields().stream().map(FieldError::getField).collect(Collectors.toList()));
            assertEquals("required", ErrorsKt.getCode(wrong.getFields().get(1)));
            CasekitException.Invalid negative =
                    assertThrows(CasekitException.Invalid.class, () -> desk.cases(null, new PageRequest(-1)));
            assertEquals("size", negative.getFields().get(0).getField());
            assertNull(negative.getCause());
        }
    }

    /** That of README.md, which a test compares. */
    @Test
    void theProgramOfTheReadme(@TempDir Path folder) throws CasekitException {
        try (CaseKit kit = CaseKit.open(folder + "/cases.db")) {
            Desk desk = kit.desk(new Actor("amara", "Amara Okafor", List.of(Role.AGENT)));
            RaisedCase raised = desk.raiseCase(new NewCase("Support", "Cannot log in"));
            long revision = desk.getCase(raised.getId()).getRevision();
            desk.editCase(raised.getId(), new CaseEdit(null, "In Progress"));
            for (CaseSummary row : desk.cases(null, new PageRequest(20)).getRows()) System.out.println(row.getTitle());
        } catch (CasekitException.Invalid wrong) {
            wrong.getFields().forEach(field -> System.out.println(ErrorsKt.getText(field)));
        }
    }

    @Test
    void aSourceMayBeALambda() throws CasekitException {
        DataSource source = question -> List.of(
                new DataTable("orders", List.of(new DataColumn("article", casekit.ColumnKind.TEXT)),
                        List.of(List.of(new DataValue.Text("Reading lamp")))));
        assertEquals(1, source.collect(null).size());
    }
}
