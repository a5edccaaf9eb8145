package io.warroom.simulator.witness;

import io.warroom.simulator.witness.Fields.Bad;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the faults that a test asks for. */
final class FaultRequests {
    private static final int HANG_MILLIS = Latency.MOST_MILLIS;
    private static final int DRIP_MILLIS = 100;
    private static final int OVERSIZED_BYTES = 8 * 1024 * 1024;
    private static final int MOST_BYTES = 256 * 1024 * 1024;
    /** Where clouds keep what their machines may know. */
    private static final String METADATA = "http://169.254.169.254/latest/meta-data/";

    private static final Set<String> NAMES = Set.of(
            "tenant",
            "platform",
            "endpoint",
            "kind",
            "share",
            "times",
            "afterMillis",
            "forMillis",
            "millis",
            "latency",
            "acts",
            "code",
            "location",
            "bytes");

    private FaultRequests() {}

    static List<Fault> read(List<JsonNode> asked, Instant now) {
        List<Fault> faults = new ArrayList<>();
        for (JsonNode one : asked) {
            String where = "faults[" + faults.size() + "]";
            faults.add(fault(new Fields(one, where, NAMES), where, now));
        }
        return faults;
    }

    private static Fault fault(Fields fault, String where, Instant now) {
        Fault.Kind kind = fault.choice("kind", Fault.Kind.class);
        requireOnlyWith(fault, where, "code", kind == Fault.Kind.REFUSED);
        requireOnlyWith(fault, where, "location", kind == Fault.Kind.REDIRECT);
        requireOnlyWith(fault, where, "bytes", kind == Fault.Kind.OVERSIZED);
        requireOnlyWith(fault, where, "acts", kind.mayChoose());
        Platform platform = fault.has("platform") ? fault.choice("platform", Platform.class) : null;
        boolean words = platform == Platform.DINGTALK;
        if (kind == Fault.Kind.REFUSED && !fault.text("code").matches(words ? "[A-Za-z0-9.-]{1,80}" : "-?[0-9]{1,9}")) {
            throw new Bad(where + ".code must be a number, or a word with platform DINGTALK");
        }
        double share = fault.decimal("share", 1e-6, 1, 1);
        Instant from = now.plusMillis(fault.number("afterMillis", 0, Integer.MAX_VALUE, 0));
        int lasting = fault.number("forMillis", 1, Integer.MAX_VALUE, 0);
        boolean often = fault.has("share") || fault.has("forMillis");
        return new Fault(
                kind,
                fault.has("tenant") ? fault.text("tenant") : null,
                platform,
                fault.has("endpoint") ? fault.text("endpoint") : null,
                share,
                fault.number("times", 1, Integer.MAX_VALUE, often ? Integer.MAX_VALUE : 1),
                from,
                lasting == 0 ? null : from.plusMillis(lasting),
                latency(fault, where, kind),
                fault.flag("acts", kind.acts()),
                fault.text("code", ""),
                fault.text("location", METADATA),
                fault.number("bytes", 1, MOST_BYTES, OVERSIZED_BYTES));
    }

    private static Latency latency(Fields fault, String where, Fault.Kind kind) {
        if (!fault.has("latency")) {
            int usual = kind == Fault.Kind.HANG ? HANG_MILLIS : kind == Fault.Kind.DRIP ? DRIP_MILLIS : 0;
            int millis = fault.number("millis", 0, Latency.MOST_MILLIS, 0);
            return Latency.fixed(millis == 0 ? usual : millis);
        }
        if (fault.has("millis")) {
            throw new Bad(where + " has both millis and latency");
        }
        Fields latency = new Fields(
                fault.node("latency"),
                where + ".latency",
                Set.of("shape", "millis", "minMillis", "maxMillis", "p50Millis", "p99Millis"));
        return switch (latency.choice("shape", Latency.Shape.class)) {
            case FIXED -> Latency.fixed(latency.number("millis", 0, Latency.MOST_MILLIS));
            case UNIFORM -> range(latency, where, Latency.Shape.UNIFORM, "minMillis", "maxMillis", 0);
            case LOGNORMAL -> range(latency, where, Latency.Shape.LOGNORMAL, "p50Millis", "p99Millis", 1);
        };
    }

    private static Latency range(
            Fields latency, String where, Latency.Shape shape, String low, String high, int least) {
        int from = latency.number(low, least, Latency.MOST_MILLIS);
        int to = latency.number(high, least, Latency.MOST_MILLIS);
        if (to < from) {
            throw new Bad(where + ".latency." + high + " must not be below " + low);
        }
        return new Latency(shape, from, to);
    }

    private static void requireOnlyWith(Fields fault, String where, String name, boolean allowed) {
        if (fault.has(name) && !allowed) {
            throw new Bad(where + "." + name + " has no meaning for " + fault.text("kind"));
        }
    }
}
