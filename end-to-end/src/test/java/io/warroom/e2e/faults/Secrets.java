package io.warroom.e2e.faults;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What nobody may find anywhere. Thread-safe. */
final class Secrets {

    /** Every secret of a sample tenant ends so; nothing else does. */
    private static final String MARK = "Zq7";

    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final List<String> unmarked = new CopyOnWriteArrayList<>();

    void add(String secret) {
        (secret.endsWith(MARK) ? secrets : unmarked).add(secret);
    }

    int count() {
        return secrets.size() + unmarked.size();
    }

    /** Whether one of them is in there. */
    boolean isIn(String text) {
        return (text.contains(MARK) && secrets.stream().anyMatch(text::contains))
                || unmarked.stream().anyMatch(text::contains);
    }
}
