package io.warroom.config.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Slows down whoever guesses passwords: after a number of wrong ones from an address, or for a user from anywhere, no further
 * one is looked at until time has given one back. Thread-safe; its memory is bounded.
 *
 * <p>An address from which a user signed in rightly is spared the user's limit, so that others' guesses do not lock the user
 * out there; its own limit holds always.
 */
final class SignInThrottle {

    static final int FAILURES_PER_ADDRESS = 10;
    static final Duration ADDRESS_REGAINS_ONE_IN = Duration.ofSeconds(10);
    static final int FAILURES_PER_USER = 30;
    static final Duration USER_REGAINS_ONE_IN = Duration.ofSeconds(5);
    static final int MAX_REMEMBERED = 10_000;

    private final Clock clock;
    private final Map<String, Allowance> byAddress = bounded();
    private final Map<String, Allowance> byUser = bounded();
    private final Map<String, Boolean> trusted = bounded();

    SignInThrottle(Clock clock) {
        this.clock = clock;
    }

    /** How many failures are left, as of a time. */
    private record Allowance(double left, Instant asOf) {

        Allowance at(Instant now, int most, Duration regainsOneIn) {
            double regained = (double) Duration.between(asOf, now).toMillis() / regainsOneIn.toMillis();
            return new Allowance(Math.min(most, left + Math.max(0, regained)), now);
        }
    }

    /** How long until a password is looked at again; empty when it is now. */
    synchronized Optional<Duration> mustWait(String user, String address) {
        var now = clock.instant();
        var network = network(address);
        var here = wait(byAddress.get(network), FAILURES_PER_ADDRESS, ADDRESS_REGAINS_ONE_IN, now);
        if (here.isPresent() || trusted.containsKey(user + " " + network)) {
            return here;
        }
        return wait(byUser.get(user), FAILURES_PER_USER, USER_REGAINS_ONE_IN, now);
    }

    /**
     * Counts one try, unless it comes too early: then nobody learns whether it was right.
     *
     * @param user of the built-in ones, or one name for all that are not: names from outside are without number
     * @return how long to wait; empty when the try counted
     */
    synchronized Optional<Duration> judge(String user, String address, boolean right) {
        var wait = mustWait(user, address);
        if (wait.isPresent()) {
            return wait;
        }
        var network = network(address);
        if (right) {
            trusted.put(user + " " + network, true);
        } else {
            var now = clock.instant();
            take(byAddress, network, FAILURES_PER_ADDRESS, ADDRESS_REGAINS_ONE_IN, now);
            take(byUser, user, FAILURES_PER_USER, USER_REGAINS_ONE_IN, now);
        }
        return Optional.empty();
    }

    synchronized int remembered() {
        return byAddress.size() + byUser.size() + trusted.size();
    }

    private static Optional<Duration> wait(
            @Nullable Allowance allowance, int most, Duration regainsOneIn, Instant now) {
        if (allowance == null) {
            return Optional.empty();
        }
        double left = allowance.at(now, most, regainsOneIn).left();
        return left >= 1
                ? Optional.empty()
                : Optional.of(Duration.ofMillis((long) Math.ceil((1 - left) * regainsOneIn.toMillis())));
    }

    private static void take(
            Map<String, Allowance> allowances, String key, int most, Duration regainsOneIn, Instant now) {
        var present = allowances.getOrDefault(key, new Allowance(most, now)).at(now, most, regainsOneIn);
        allowances.put(key, new Allowance(Math.max(0, present.left() - 1), now));
    }

    /** One household has 2^64 addresses of IPv6: they count as one. */
    private static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            var bytes = InetAddress.getByName(address).getAddress();
            return bytes.length == 16 ? HexFormat.of().formatHex(Arrays.copyOf(bytes, 8)) : address;
        } catch (UnknownHostException _) {
            return address;
        }
    }

    /** Forgets what was used longest ago. */
    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };
    }
}
