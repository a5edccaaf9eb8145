package io.warroom.simulator.witness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All state of a simulator, in memory. Not thread-safe: callers hold its monitor. */
public final class World {
    private static final int MAX_ORGS = 50_000;
    private static final int MAX_ROOMS = 200_000;
    private static final int MAX_MESSAGES = 1_000_000;
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);

    /** A token and until when it works; {@code kind} tells one platform's secrets apart. */
    public record Token(String value, Org org, String kind, Instant expires) {}

    /** How often an endpoint was called. */
    public record Count(@Nullable String tenantId, Platform platform, String endpoint, long count, long failures) {}

    private final Clock clock;
    private final Map<String, Org> orgs = new LinkedHashMap<>();
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    private final Map<String, Room> keys = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final Map<String, Count> counts = new LinkedHashMap<>();

    private int messages;

    /** Makes an empty world that tells time by the clock. */
    public World(Clock clock) {
        this.clock = clock;
    }

    /** Gives the time now. */
    public Instant now() {
        return clock.instant();
    }

    /** Gives the organisation, made when absent. */
    public Org org(String tenantId, Platform platform) {
        if (orgs.size() >= MAX_ORGS && known(tenantId, platform) == null) {
            throw new WorldFull("the simulator holds " + MAX_ORGS + " organisations; reset it");
        }
        return orgs.computeIfAbsent(tenantId + "/" + platform, _ -> new Org(tenantId, platform));
    }

    /** Gives the organisation, when there is one. */
    public @Nullable Org known(String tenantId, Platform platform) {
        return orgs.get(tenantId + "/" + platform);
    }

    /** Gives the organisations of the platform that fit. */
    public List<Org> all(Platform platform, Predicate<Org> fits) {
        return orgs.values().stream()
                .filter(org -> org.platform == platform && fits.test(org))
                .toList();
    }

    /** Gives the organisation's token of that kind while it has more than {@code left} to live, else a new one. */
    public Token token(Org org, String kind, Duration left, boolean renew) {
        Instant now = now();
        Token known = org.tokens.get(kind);
        boolean usable = known != null && known.expires().isAfter(now.plus(left));
        if (known != null && usable && !renew) {
            return known;
        }
        tokens.values().removeIf(token -> token.org() == org && token.expires().isBefore(now.minus(TOKEN_LIFE)));
        String value = known != null && usable ? known.value() : "t-" + id();
        Token token = new Token(value, org, kind, now.plus(TOKEN_LIFE));
        tokens.put(value, token);
        org.tokens.put(kind, token);
        return token;
    }

    /** Gives the token, expired or not, unless revoked or never given. */
    public Optional<Token> token(String value) {
        return Optional.ofNullable(tokens.get(value));
    }

    /** Takes all tokens of an organisation away. */
    public void revoke(Org org) {
        tokens.values().removeIf(token -> token.org() == org);
        org.tokens.clear();
    }

    /** Makes a room; the caller has looked for the key before. */
    public Room room(Org org, String roomId, String key) {
        if (rooms.size() >= MAX_ROOMS) {
            throw new WorldFull("the simulator holds " + MAX_ROOMS + " rooms; reset it");
        }
        if (rooms.containsKey(key(org, roomId))) {
            throw new IllegalArgumentException("room " + roomId + " is there already");
        }
        Room room = new Room(org, roomId, key, now());
        rooms.put(key(org, roomId), room);
        if (!key.isEmpty()) {
            remember(key, room);
        }
        return room;
    }

    /** Gives the organisation's room of that id. */
    public @Nullable Room room(Org org, String roomId) {
        return rooms.get(key(org, roomId));
    }

    /** Gives the organisation's latest room made with that key. */
    public @Nullable Room byKey(Org org, String key) {
        return keys.get(key(org, key));
    }

    /** Makes the room be found by a key. */
    public void remember(String key, Room room) {
        keys.put(key(room.org, key), room);
    }

    /** Adds a message. */
    public Message post(Room room, String type, String text, String raw) {
        if (messages >= MAX_MESSAGES) {
            throw new WorldFull("the simulator holds " + MAX_MESSAGES + " messages; reset it");
        }
        messages++;
        Message message = new Message("om_" + id(), type, text, raw, now().toString());
        room.messages.add(message);
        return message;
    }

    /** Counts one call. */
    public void count(Platform platform, String endpoint, @Nullable Org org, boolean failed) {
        String tenant = org == null ? null : org.tenantId;
        String key = platform + "/" + tenant + "/" + endpoint;
        Count old = counts.getOrDefault(key, new Count(tenant, platform, endpoint, 0, 0));
        counts.put(key, new Count(tenant, platform, endpoint, old.count() + 1, old.failures() + (failed ? 1 : 0)));
    }

    /** Gives all rooms, oldest first. */
    public Collection<Room> rooms() {
        return rooms.values();
    }

    /** Gives all counters. */
    public Collection<Count> counts() {
        return counts.values();
    }

    /** Forgets everything. */
    public void reset() {
        orgs.clear();
        rooms.clear();
        keys.clear();
        tokens.clear();
        counts.clear();
        messages = 0;
    }

    private static String key(Org org, String name) {
        return org.platform + "/" + org.tenantId + "/" + name;
    }

    /** Gives a fresh id of 32 characters. */
    public static String id() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
