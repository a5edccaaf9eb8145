package io.warroom.simulator.witness;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Counts what the platforms limit. Who passes a limit is blocked for as long as its window is. Guarded by the world's lock. */
public final class Meter {
    /** Calendar days and months are the platforms' own. */
    static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");

    private record Window(Instant end, int used, boolean blocked) {}

    private record Taken(String period, int used) {}

    private final Map<String, Window> windows = new HashMap<>();
    private final Map<String, Taken> taken = new HashMap<>();
    private final Map<String, Deque<Instant>> sliding = new HashMap<>();

    /** Takes {@code amount} of what {@code most} may be taken of in a window; gives how long to wait, zero when it was taken. */
    public Duration take(Instant now, String what, int amount, int most, Duration length) {
        String key = what + " " + length;
        Window window = windows.get(key);
        if (window == null || !now.isBefore(window.end())) {
            window = new Window(now.plus(length), 0, false);
        }
        boolean fits = !window.blocked() && window.used() + amount <= most;
        if (fits) {
            windows.put(key, new Window(window.end(), window.used() + amount, false));
            return Duration.ZERO;
        }
        Window blocked = window.blocked() ? window : new Window(now.plus(length), window.used(), true);
        windows.put(key, blocked);
        return Duration.between(now, blocked.end());
    }

    /** Blocks for that long. */
    public void block(Instant now, String what, Duration length) {
        windows.put(what + " " + length, new Window(now.plus(length), 0, true));
    }

    /** Says whether the limit was passed, and its block is not over. */
    public boolean isBlocked(Instant now, String what, Duration length) {
        Window window = windows.get(what + " " + length);
        return window != null && window.blocked() && now.isBefore(window.end());
    }

    /** Takes one of what {@code most} may be taken of in the time before now; gives whether it was taken. */
    public boolean takeSliding(Instant now, String what, int most, Duration length) {
        Deque<Instant> times = sliding.computeIfAbsent(what, _ -> new ArrayDeque<>());
        while (!times.isEmpty() && !times.getFirst().plus(length).isAfter(now)) {
            times.removeFirst();
        }
        return times.size() < most && times.add(now);
    }

    /** Takes one of what {@code most} may be taken of in a calendar day; gives whether it was taken. */
    public boolean takeToday(Instant now, String what, int most) {
        return takeToday(now, what, 1, most);
    }

    /** Takes {@code amount} of it. */
    public boolean takeToday(Instant now, String what, int amount, int most) {
        return takeIn(LocalDate.ofInstant(now, BEIJING).toString(), what + " a day", amount, most);
    }

    /** Takes one of what {@code most} may be taken of in a calendar month; gives whether it was taken. */
    public boolean takeThisMonth(Instant now, String what, int most) {
        return takeIn(YearMonth.from(now.atZone(BEIJING)).toString(), what + " a month", 1, most);
    }

    /** Says whether one may be taken of what {@code most} may be taken of in a calendar month. */
    public boolean leftThisMonth(Instant now, String what, int most) {
        Taken before = taken.get(what + " a month");
        return before == null
                || before.used() < most
                || !before.period().equals(YearMonth.from(now.atZone(BEIJING)).toString());
    }

    /** Forgets what was taken. */
    void reset() {
        windows.clear();
        taken.clear();
        sliding.clear();
    }

    private boolean takeIn(String period, String what, int amount, int most) {
        Taken before = taken.get(what);
        int used = before != null && before.period().equals(period) ? before.used() : 0;
        if (used + amount > most) {
            return false;
        }
        taken.put(what, new Taken(period, used + amount));
        return true;
    }
}
