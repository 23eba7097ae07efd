import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Validates files by a flavour such as `2u`: `Validate FLAVOUR FILE...`. Ends with 1 if one does not conform. */
public final class Validate {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        PDFAFlavour flavour = PDFAFlavour.fromString(arguments[0]);
        boolean all = true;
        for (int place = 1; place < arguments.length; place++) {
            Path file = Path.of(arguments[place]);
            try (var parser = Foundries.defaultInstance().createParser(Files.newInputStream(file), flavour);
                    var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                var result = validator.validate(parser);
                var failed = new TreeMap<String, String>();
                for (TestAssertion one : result.getTestAssertions()) {
                    if (one.getStatus() == TestAssertion.Status.FAILED) {
                        failed.putIfAbsent(one.getRuleId().getClause() + "-" + one.getRuleId().getTestNumber(),
                                one.getMessage() + " " + one.getLocation().getContext());
                    }
                }
                String said = result.isCompliant() ? "conforms to" : "does not conform to";
                System.out.println(file + " " + said + " " + flavour + " (" + result.getTotalAssertions() + " checks)");
                failed.forEach((rule, why) -> System.out.println("  " + rule + ": " + why));
                all &= result.isCompliant();
            }
        }
        System.exit(all ? 0 : 1);
    }
}
