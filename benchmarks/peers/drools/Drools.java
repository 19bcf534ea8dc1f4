// Drools' side of the comparison: the rules of a file as an executable model (compiled predicates, hashed and
// range indexes of the alpha network), one session for all cases. Not a general runner: it reads what `peers` writes.
//
// Arguments: RULES CASES SECONDS. RULES holds a line `low TAB high TAB tier TAB minimum years TAB behind years TAB
// answer` for each rule, CASES a line `amount TAB tier TAB years TAB expected answer`. Prints nanoseconds of processor
// time per decision.

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.alphaIndexedBy;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.drools.model.Declaration;
import org.drools.model.Index.ConstraintType;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.functions.Predicate1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

public class Drools {
    public static class Request {
        private final double amount;
        private final String tier;
        private final double years;
        private final String expected;
        private String answer;

        Request(double amount, String tier, double years, String expected) {
            this.amount = amount;
            this.tier = tier;
            this.years = years;
            this.expected = expected;
        }

        public double getAmount() {
            return amount;
        }

        public String getTier() {
            return tier;
        }

        public double getYears() {
            return years;
        }

        public void setAnswer(String answer) {
            this.answer = answer;
        }
    }

    public static void main(String[] arguments) throws Exception {
        ModelImpl model = new ModelImpl();
        int number = 0;
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            model.addRule(build("rule " + number++, line.split("\t", -1)));
        }
        List<Request> requests = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            String[] cell = line.split("\t", -1);
            requests.add(new Request(Double.parseDouble(cell[0]), cell[1], Double.parseDouble(cell[2]), cell[3]));
        }
        double seconds = Double.parseDouble(arguments[2]);
        KieSession session = KieBaseBuilder.createKieBaseFromModel(model).newKieSession();
        measure(session, requests, seconds); // warms the compiler up
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            best = Math.min(best, measure(session, requests, seconds));
        }
        System.out.println(best);
    }

    private static org.drools.model.Rule build(String name, String[] cell) {
        Declaration<Request> request = declarationOf(Request.class);
        PatternDef<Request> pattern = pattern(request);
        String tier = cell[2];
        pattern = pattern.expr("tier " + tier, (Predicate1<Request>) it -> it.getTier().equals(tier),
                alphaIndexedBy(String.class, ConstraintType.EQUAL, 0, Request::getTier, tier));
        pattern = atLeast(pattern, "amount", 1, Request::getAmount, cell[0]);
        pattern = below(pattern, "amount", 1, Request::getAmount, cell[1]);
        pattern = atLeast(pattern, "years", 2, Request::getYears, cell[3]);
        pattern = below(pattern, "years", 2, Request::getYears, cell[4]);
        String answer = cell[5];
        return rule(name).build(pattern, on(request).execute(it -> it.setAnswer(answer)));
    }

    private static PatternDef<Request> atLeast(PatternDef<Request> pattern, String name, int at,
            org.drools.model.functions.Function1<Request, Double> get, String text) throws RuntimeException {
        if (text.isEmpty()) {
            return pattern;
        }
        double bound = Double.parseDouble(text);
        return pattern.expr(name + " >= " + text, (Predicate1<Request>) it -> get.apply(it) >= bound,
                alphaIndexedBy(Double.class, ConstraintType.GREATER_OR_EQUAL, at, get, bound));
    }

    private static PatternDef<Request> below(PatternDef<Request> pattern, String name, int at,
            org.drools.model.functions.Function1<Request, Double> get, String text) throws RuntimeException {
        if (text.isEmpty()) {
            return pattern;
        }
        double bound = Double.parseDouble(text);
        return pattern.expr(name + " < " + text, (Predicate1<Request>) it -> get.apply(it) < bound,
                alphaIndexedBy(Double.class, ConstraintType.LESS_THAN, at, get, bound));
    }

    private static double measure(KieSession session, List<Request> requests, double seconds) {
        var clock = ManagementFactory.getThreadMXBean();
        long start = clock.getCurrentThreadCpuTime();
        long end = start + (long) (seconds * 1e9);
        long decisions = 0;
        long now = start;
        while (now < end) {
            // Reading the clock costs as much as a decision.
            for (long until = decisions + 1000; decisions < until; decisions += requests.size()) {
                decide(session, requests);
            }
            now = clock.getCurrentThreadCpuTime();
        }
        return (double) (now - start) / decisions;
    }

    private static void decide(KieSession session, List<Request> requests) {
        for (Request request : requests) {
            request.setAnswer(null);
            FactHandle handle = session.insert(request);
            session.fireAllRules();
            session.delete(handle);
            if (!request.expected.equals(request.answer)) {
                throw new IllegalStateException("expected " + request.expected + ", not " + request.answer);
            }
        }
    }
}
