package io.warroom.simulator.witness;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Faults that wait for the calls they are meant for. Whether one hits, and how long it lasts, is drawn from the seed, the fault's
 * place in the list, and which of the tenant's calls of that endpoint it is: a run with the same seed and the same calls goes wrong
 * alike, however the tenants' calls interleave. Not thread-safe: callers hold the world's monitor.
 */
public final class Faults {
    private static final int MOST = 10_000;

    /** What befalls one call: it is {@code late} milliseconds late, and broken by a fault that lasts {@code millis}, or by none. */
    public record Hit(long late, @Nullable Fault fault, long millis) {
        static final Hit NONE = new Hit(0, null, 0);

        /** Says whether nothing befalls it. */
        public boolean isNone() {
            return late == 0 && fault == null;
        }
    }

    private static final class Waiting {
        private final long id;
        private final Fault fault;
        private final long seed;
        private final Map<String, Integer> seen = new HashMap<>();
        private int left;
        private long hits;

        Waiting(long id, Fault fault, long seed) {
            this.id = id;
            this.fault = fault;
            this.seed = seed;
            this.left = fault.times();
        }

        /** Gives how long the call has to wait when it is hit, else less than zero. */
        long hit(@Nullable Org caller, Platform platform, String endpoint) {
            String whose = platform + "/" + (caller == null ? "" : caller.tenantId) + "/" + endpoint;
            int which = seen.merge(whose, 1, Integer::sum);
            var random = new SplittableRandom(seed ^ (((long) whose.hashCode() << 32) | which));
            if (random.nextDouble() >= fault.share()) {
                return -1;
            }
            left--;
            hits++;
            return fault.latency().draw(random);
        }
    }

    /** A fault that was set: how often it has hit, and may still hit. */
    public record Standing(long id, Fault fault, long hits, int left) {}

    private List<Waiting> waiting = List.of();
    private long set;

    /** Replaces the waiting faults. */
    public void replace(List<Fault> faults, long seed) {
        waiting = with(List.of(), faults, seed);
    }

    /** Adds to the waiting faults; each draws as it would in a list of its own with that seed. */
    void add(List<Fault> faults, long seed) {
        waiting = with(waiting, faults, seed);
    }

    private List<Waiting> with(List<Waiting> before, List<Fault> faults, long seed) {
        if (before.size() + faults.size() > MOST) {
            throw new Fields.Bad("the simulator holds " + MOST + " faults; remove some");
        }
        var random = new SplittableRandom(seed);
        List<Waiting> all = new ArrayList<>(before);
        faults.forEach(fault -> all.add(new Waiting(++set, fault, random.nextLong())));
        return List.copyOf(all);
    }

    /** Takes one back; gives whether it was there. */
    boolean remove(long id) {
        List<Waiting> all = new ArrayList<>(waiting);
        boolean removed = all.removeIf(one -> one.id == id);
        waiting = List.copyOf(all);
        return removed;
    }

    /** Gives the faults that were set, in that order. */
    public List<Standing> all() {
        return waiting.stream()
                .map(one -> new Standing(one.id, one.fault, one.hits, one.left))
                .toList();
    }

    /** Gives what befalls a call: it is slowed by the first latency that hits it, and broken by the first other fault that does. */
    public Hit take(Instant now, @Nullable Org caller, Platform platform, String endpoint) {
        if (waiting.isEmpty()) {
            return Hit.NONE;
        }
        long late = -1;
        long lasting = 0;
        Fault breaking = null;
        for (Waiting one : waiting) {
            boolean slows = one.fault.kind() == Fault.Kind.LATENCY;
            boolean open = slows ? late < 0 : breaking == null;
            if (open && one.left > 0 && one.fault.fits(now, caller, platform, endpoint)) {
                long millis = one.hit(caller, platform, endpoint);
                if (millis >= 0 && slows) {
                    late = millis;
                } else if (millis >= 0) {
                    breaking = one.fault;
                    lasting = millis;
                }
            }
        }
        return new Hit(Math.max(0, late), breaking, lasting);
    }

    /** Gives how often each fault has hit and may still hit, in the order in which they were set. */
    List<Map<String, Object>> describe() {
        List<Map<String, Object>> said = new ArrayList<>();
        for (Waiting one : waiting) {
            Map<String, Object> fault = new LinkedHashMap<>();
            fault.put("id", one.id);
            fault.put("kind", one.fault.kind());
            fault.put("tenant", one.fault.tenant());
            fault.put("platform", one.fault.platform());
            fault.put("endpoint", one.fault.endpoint());
            fault.put("share", one.fault.share());
            fault.put("from", one.fault.from().toString());
            fault.put(
                    "until",
                    one.fault.until() == null ? null : one.fault.until().toString());
            fault.put("hits", one.hits);
            fault.put("left", one.left);
            said.add(fault);
        }
        return said;
    }
}
