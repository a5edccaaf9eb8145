package io.warroom.e2e.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one fault under one protocol.
 *
 * @param trouble why it did not go as it should, with the words of what was thrown; null when it did
 */
record Row(
        Fault fault,
        Protocol protocol,
        long seed,
        int incidents,
        Duration took,
        Map<Invariant, Cell.Verdict> verdicts,
        @Nullable String trouble) {

    boolean kept() {
        return trouble == null
                && verdicts.values().stream()
                        .allMatch(verdict -> verdict.violations().isEmpty());
    }

    /** {@code ok}, {@code !!} where it was broken, {@code -} where nothing was seen of it. */
    String mark(Invariant invariant) {
        var verdict = verdicts.get(invariant);
        if (verdict == null) {
            return "??";
        }
        if (!verdict.violations().isEmpty()) {
            return "!!";
        }
        return verdict.looks() == 0 ? "-" : "ok";
    }

    /** Every violation, in words. */
    List<String> violations() {
        return verdicts.entrySet().stream()
                .flatMap(
                        one -> one.getValue().violations().stream().limit(10).map(words -> one.getKey() + ": " + words))
                .toList();
    }
}
