package io.warroom.simulator.witness;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the witness has seen: calls one by one, what was dropped without a word, and what a real platform would punish. The latest of each are kept. Guarded by the world's lock. */
public final class Journal {
    private static final int MOST = 100_000;
    private static final Set<String> QUOTA_CODES =
            Set.of("90020", "Forbidden.AccessDenied.ApiCountLimitForOrg", "99991403", "99991406");

    /** What a caller does that a real platform would punish, or that cannot help and costs calls. */
    public enum Offence {
        /** The same wrong secret is shown again. */
        WRONG_SECRET_AGAIN,
        /** A token is asked for while the caller's address is blocked, and the caller was told. */
        ASKED_WHILE_BLOCKED,
        /** Two calls about one chat's members run at once (Lark). */
        PARALLEL_MEMBER_CALLS,
        /** More look-ups missed in a day than a fifth of the headcount cap (WeCom). */
        LOOKUP_MISSES,
        /** A call that counts comes although the caller was told that this month's are used up. */
        CALL_AFTER_QUOTA
    }

    /** One call; {@code code} is the platform's, null where the answer has none, {@code millis} how long it took, {@code fault} what it fell to. */
    public record Entry(
            Instant at,
            @Nullable String tenantId,
            Platform platform,
            String endpoint,
            int status,
            @Nullable String code,
            long millis,
            Fault.@Nullable Kind fault) {}

    /** Something that was taken and never shown, or shown cut; {@code whose} is the person or room. */
    public record Drop(Instant at, String tenantId, Platform platform, String endpoint, String why, String whose) {}

    /** A violation; {@code what} says of whom or what. */
    public record Violation(Instant at, @Nullable String tenantId, Platform platform, Offence offence, String what) {}

    /** A call that took effect twice within a second, as it named nothing by which the platform drops a repeat. */
    public record Repeat(Instant at, String tenantId, Platform platform, String endpoint) {}

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MOST_LATEST = 1_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Deque<Repeat> repeats = new ArrayDeque<>();
    private final SequencedMap<String, Instant> latest = new LinkedHashMap<>();
    private final Deque<Drop> drops = new ArrayDeque<>();
    private final Deque<Violation> violations = new ArrayDeque<>();
    private final Set<String> wrongSecrets = new HashSet<>();
    private final Map<Org, YearMonth> toldOfQuota = new HashMap<>();
    private final Map<String, Integer> running = new HashMap<>();
    private long forgotten;

    void call(Entry entry, @Nullable Org org) {
        add(entries, entry);
        if (org != null && entry.code() != null && QUOTA_CODES.contains(entry.code())) {
            YearMonth month = YearMonth.from(entry.at().atZone(Meter.BEIJING));
            if (month.equals(toldOfQuota.put(org, month))) {
                violation(entry.at(), org.tenantId, org.platform, Offence.CALL_AFTER_QUOTA, entry.endpoint());
            }
        }
    }

    /** Notes a wrong secret. */
    void wrongSecret(Instant now, @Nullable Org org, Platform platform, PlatformApi.Shown shown) {
        if (wrongSecrets.size() < MOST
                && wrongSecrets.add(platform + "\n" + shown.identity() + "\n" + shown.secret())) {
            return;
        }
        violation(now, org == null ? null : org.tenantId, platform, Offence.WRONG_SECRET_AGAIN, shown.identity());
    }

    /** The secrets of an app were entered anew: what was wrong may be right. */
    void forgetWrongSecrets(Platform platform, String identity) {
        wrongSecrets.removeIf(shown -> shown.startsWith(platform + "\n" + identity + "\n"));
    }

    /** Begins a call; gives how many of its name are under way with it. */
    public int begin(String name) {
        return name.isEmpty() ? 1 : running.merge(name, 1, Integer::sum);
    }

    /** Ends it. */
    public void end(String name) {
        if (!name.isEmpty()) {
            running.computeIfPresent(name, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Notes a call that made a room or a message; {@code request} is equal for equal calls of one tenant. */
    void effect(Instant now, Org org, String endpoint, String request) {
        Instant before = latest.remove(request);
        if (before != null && !before.plus(SOON).isBefore(now)) {
            add(repeats, new Repeat(now, org.tenantId, org.platform, endpoint));
        }
        latest.putLast(request, now);
        if (latest.size() > MOST_LATEST) {
            latest.pollFirstEntry();
        }
    }

    void drop(Drop drop) {
        add(drops, drop);
    }

    void violation(Instant now, @Nullable String tenantId, Platform platform, Offence offence, String what) {
        add(violations, new Violation(now, tenantId, platform, offence, what));
    }

    private <T> void add(Deque<T> all, T one) {
        if (all.size() >= MOST) {
            all.removeFirst();
            forgotten++;
        }
        all.addLast(one);
    }

    List<Entry> entries() {
        return new ArrayList<>(entries);
    }

    List<Repeat> repeats() {
        return new ArrayList<>(repeats);
    }

    List<Drop> drops() {
        return new ArrayList<>(drops);
    }

    List<Violation> violations() {
        return new ArrayList<>(violations);
    }

    /** Gives the latest drops, latest first, all tenants' or one's. */
    public List<Drop> latestDrops(@Nullable String tenantId, int most) {
        return latest(drops, drop -> tenantId == null || tenantId.equals(drop.tenantId()), most);
    }

    /** Gives the latest violations, latest first, all tenants' or one's. */
    public List<Violation> latestViolations(@Nullable String tenantId, int most) {
        return latest(violations, violation -> tenantId == null || tenantId.equals(violation.tenantId()), most);
    }

    private static <T> List<T> latest(Deque<T> all, Predicate<T> wanted, int most) {
        return all.reversed().stream().filter(wanted).limit(most).toList();
    }

    /** How much was forgotten to make place. */
    long forgotten() {
        return forgotten;
    }

    void reset() {
        entries.clear();
        drops.clear();
        repeats.clear();
        latest.clear();
        violations.clear();
        wrongSecrets.clear();
        toldOfQuota.clear();
        forgotten = 0;
    }
}
