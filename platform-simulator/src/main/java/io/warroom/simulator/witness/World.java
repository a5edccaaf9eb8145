package io.warroom.simulator.witness;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All state of a simulator, in memory. Not thread-safe: callers hold its monitor. */
public final class World {
    private static final int MAX_ORGS = 50_000;
    private static final int MAX_ROOMS = 200_000;
    private static final int MAX_MESSAGES = 1_000_000;
    private static final int MOST_ACTIVE = 50;
    /** WeCom's staff named about 2,000 failed calls in an hour (2021); the block lasts an hour (error table, 45009). */
    private static final int WRONG_SECRETS_BEFORE_BLOCK = 2_000;

    /** What differs between equal calls. */
    private static final Set<String> SIGNATURES = Set.of("access_token", "timestamp", "sign");

    private static final Duration BLOCK = Duration.ofHours(1);
    private static final Duration TOKEN_LIFE = Duration.ofHours(2);

    /** A token and until when it works; {@code kind} tells one platform's secrets apart. */
    public record Token(String value, Org org, String kind, Instant expires) {}

    /** How often an endpoint was called. */
    public record Count(@Nullable String tenantId, Platform platform, String endpoint, long count, long failures) {}

    private final Clock clock;
    private final Map<String, Org> orgs = new LinkedHashMap<>();
    private final Map<String, List<Org>> identities = new HashMap<>();
    private final Map<String, Room> rooms = new LinkedHashMap<>();
    private final Map<String, Room> keys = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new LinkedHashMap<>();
    private final Map<CountedCalls, long[]> counts = new LinkedHashMap<>();

    private final Map<String, Webhook> webhooks = new HashMap<>();
    private final Map<String, WrongSecrets> wrongSecrets = new HashMap<>();

    private int messages;
    private long effects;

    private record WrongSecrets(Instant since, int count, boolean told) {}

    private record CountedCalls(@Nullable String tenantId, Platform platform, String endpoint) {}

    private record Endpoint(Platform platform, String name) {}

    /** Everybody's calls, so that whoever looks on need not add up all tenants'. */
    private final Map<Endpoint, long[]> totals = new LinkedHashMap<>();

    private final SequencedSet<String> tenants = new LinkedHashSet<>();

    /** The rooms in which something happened last, latest last, so that whoever looks on need not search all. */
    private final Map<Platform, SequencedSet<Room>> active = new EnumMap<>(Platform.class);

    private final AtomicLong changes = new AtomicLong();
    private long activities;
    private @Nullable Room lookedUp;

    /** What addresses have used of their limits. */
    public final Meter addresses = new Meter();

    /** What was seen, call by call. */
    public final Journal journal = new Journal();

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
        tenants.add(tenantId);
        return orgs.computeIfAbsent(tenantId + "/" + platform, _ -> new Org(tenantId, platform));
    }

    /** Gives the organisation, when there is one. */
    public @Nullable Org known(String tenantId, Platform platform) {
        return orgs.get(tenantId + "/" + platform);
    }

    /** Gives the only organisation of the platform, when there is just one: whom a call means that carries nobody's key. */
    public @Nullable Org only(Platform platform) {
        List<Org> there = orgs.values().stream()
                .filter(org -> org.platform == platform)
                .limit(2)
                .toList();
        return there.size() == 1 ? there.getFirst() : null;
    }

    /** Gives the organisations whose app has that identity (enterpriseId, clientId, appId), oldest registration first. */
    public List<Org> withIdentity(Platform platform, String identity) {
        return identities.getOrDefault(platform + "/" + identity, List.of());
    }

    /** Gives the organisation another app. */
    void register(Org org, Map<String, String> app) {
        List<Org> before = identities.get(identity(org));
        if (before != null) {
            before.remove(org);
        }
        org.app = Map.copyOf(app);
        journal.forgetWrongSecrets(org.platform, org.app(org.platform.identity));
        identities.computeIfAbsent(identity(org), _ -> new ArrayList<>()).add(org);
    }

    private static String identity(Org org) {
        return org.platform + "/" + org.app(org.platform.identity);
    }

    /** Gives the organisation's token of that kind while it has more than {@code left} to live, else a new one. */
    public Token token(Org org, String kind, Duration left, boolean renew) {
        Instant now = now();
        Token known = org.tokens.get(kind);
        boolean usable = known != null && known.expires().isAfter(now.plus(left));
        if (known != null && usable && !renew) {
            return known;
        }
        org.given.removeIf(old -> {
            Token token = tokens.get(old);
            boolean over = token == null || token.expires().isBefore(now.minus(TOKEN_LIFE));
            if (over) {
                tokens.remove(old);
            }
            return over;
        });
        String value = known != null && usable ? known.value() : "t-" + id();
        Token token = new Token(value, org, kind, now.plus(TOKEN_LIFE));
        tokens.put(value, token);
        org.given.add(value);
        org.tokens.put(kind, token);
        return token;
    }

    /** Takes the code of a sign-in that is not used yet; empty for one of nobody, one that was used, or one older than that. */
    public Optional<Org.SignIn> redeem(Org org, String code, Duration life) {
        Org.SignIn known = org.signIns.get(code);
        if (known == null || known.used() || !known.at().plus(life).isAfter(now())) {
            return Optional.empty();
        }
        org.signIns.put(code, new Org.SignIn(known.userId(), known.at(), true));
        return Optional.of(known);
    }

    /** Gives the token, expired or not, unless revoked or never given. */
    public Optional<Token> token(String value) {
        return Optional.ofNullable(tokens.get(value));
    }

    /** Makes the next asking for a token of that kind get another one. */
    public void forgetToken(Org org, String kind, boolean andRefuseIt) {
        Token known = org.tokens.remove(kind);
        if (known != null && andRefuseIt) {
            tokens.remove(known.value());
            org.given.remove(known.value());
        }
    }

    /** Takes all tokens of an organisation away. */
    public void revoke(Org org) {
        tokens.keySet().removeAll(org.given);
        org.given.clear();
        org.tokens.clear();
    }

    /** Says whether that address has shown so many wrong secrets within an hour that it is blocked, for an hour from the last. */
    public boolean blocked(String address) {
        WrongSecrets seen = wrongSecrets.get(address);
        return seen != null
                && seen.count() >= WRONG_SECRETS_BEFORE_BLOCK
                && now().isBefore(seen.since().plus(BLOCK));
    }

    /** Notes that a blocked address has asked; once it may, to be told. */
    public void askedWhileBlocked(Platform platform, String address) {
        WrongSecrets seen = wrongSecrets.get(address);
        if (seen != null && seen.told()) {
            journal.violation(now(), null, platform, Journal.Offence.ASKED_WHILE_BLOCKED, address);
        } else if (seen != null) {
            wrongSecrets.put(address, new WrongSecrets(seen.since(), seen.count(), true));
        }
    }

    /** Counts one wrong secret of an address. */
    public void wrongSecret(String address) {
        if (wrongSecrets.size() >= MAX_ORGS && !wrongSecrets.containsKey(address)) {
            throw new WorldFull("the simulator knows " + MAX_ORGS + " addresses; reset it");
        }
        WrongSecrets seen = wrongSecrets.get(address);
        if (seen == null || !now().isBefore(seen.since().plus(BLOCK))) {
            seen = new WrongSecrets(now(), 0, false);
        }
        int count = seen.count() + 1;
        // The hour of the block starts when the limit is reached.
        Instant since = count == WRONG_SECRETS_BEFORE_BLOCK ? now() : seen.since();
        wrongSecrets.put(address, new WrongSecrets(since, count, false));
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
        effects++;
        rooms.put(key(org, roomId), room);
        org.rooms.add(room);
        active(room);
        lookedUp = room;
        if (!key.isEmpty()) {
            remember(key, room);
        }
        return room;
    }

    /** Frees the id of a room; the witness keeps the room itself. */
    public void forget(Room room) {
        rooms.remove(key(room.org, room.roomId));
        rooms.put(key(room.org, room.roomId + " " + id()), room);
    }

    /** Gives the organisation's room of that id. */
    public @Nullable Room room(Org org, String roomId) {
        Room room = rooms.get(key(org, roomId));
        if (room != null) {
            lookedUp = room;
        }
        return room;
    }

    /** Notes what has become of the room that was looked up last: who changes one has looked it up. */
    void noteChanges() {
        if (lookedUp != null) {
            lookedUp.noteChanges(now());
            lookedUp = null;
        }
    }

    private void active(Room room) {
        room.lastActivity = ++activities;
        SequencedSet<Room> latest = active.computeIfAbsent(room.org.platform, _ -> new LinkedHashSet<>());
        latest.addLast(room);
        if (latest.size() > MOST_ACTIVE) {
            latest.removeFirst();
        }
    }

    /** Gives the platform's rooms in which something happened last, latest first, at most {@code most}, all tenants' or one's. */
    public List<Room> active(Platform platform, @Nullable String tenantId, int most) {
        if (tenantId == null) {
            SequencedSet<Room> latest = active.getOrDefault(platform, new LinkedHashSet<>());
            return latest.reversed().stream().limit(most).toList();
        }
        Org org = known(tenantId, platform);
        PriorityQueue<Room> latest = new PriorityQueue<>(Comparator.comparingLong(room -> room.lastActivity));
        for (Room room : org == null ? List.<Room>of() : org.rooms) {
            latest.add(room);
            if (latest.size() > most) {
                latest.remove();
            }
        }
        return latest.stream()
                .sorted(Comparator.comparingLong((Room room) -> room.lastActivity)
                        .reversed())
                .toList();
    }

    /** Gives all tenants, oldest registration first. */
    public SequencedSet<String> tenants() {
        return Collections.unmodifiableSequencedSet(tenants);
    }

    /** Gives how often anything changed so far; may be asked without the monitor. */
    public long changes() {
        return changes.get();
    }

    /** Says that something changed that is no call to a platform. */
    void changed() {
        changes.incrementAndGet();
    }

    /** Gives all organisations, oldest first. */
    Collection<Org> organisations() {
        return orgs.values();
    }

    /** Gives all groups' robots. */
    Collection<Webhook> webhooks() {
        return webhooks.values();
    }

    /** Puts a room back that was there before a restart. */
    void restore(Room room) {
        rooms.put(key(room.org, room.roomId), room);
        room.org.rooms.add(room);
        active(room);
        if (!room.key.isEmpty()) {
            remember(room.key, room);
        }
        messages += room.messages.size();
    }

    /** Gives the organisation's latest room made with that key. */
    public @Nullable Room byKey(Org org, String key) {
        return keys.get(key(org, key));
    }

    /** Makes the room be found by a key. */
    public void remember(String key, Room room) {
        keys.put(key(room.org, key), room);
    }

    /** Gives the robot that has the key on the platform. */
    public Optional<Webhook> webhook(Platform platform, String key) {
        return Optional.ofNullable(webhooks.get(platform + "/" + key));
    }

    void add(Webhook webhook) {
        if (webhooks.size() >= MAX_ROOMS) {
            throw new WorldFull("the simulator holds " + MAX_ROOMS + " webhooks; reset it");
        }
        webhooks.put(webhook.room.org.platform + "/" + webhook.key, webhook);
    }

    /** Keeps a file's name; its bytes are not kept. */
    public void keep(Org org, String id, Org.Medium medium) {
        if (org.media.size() >= MAX_ORGS) {
            throw new WorldFull("the simulator holds " + MAX_ORGS + " files of " + org.tenantId + "; reset it");
        }
        org.media.put(id, medium);
    }

    /** Adds a message. */
    public Message post(Room room, String type, String text, String raw) {
        Message message = message(type, text, raw);
        room.messages.add(message);
        active(room);
        return message;
    }

    /** Adds a message to people; {@code raw} finds it again. */
    public DirectMessage direct(Org org, List<String> to, String type, String text, String raw) {
        DirectMessage message = new DirectMessage(to, message(type, text, raw));
        org.directs.add(message);
        org.directsByKey.put(raw, message);
        return message;
    }

    /** Takes a message to people back. */
    public void recall(Org org, DirectMessage message) {
        org.directs.remove(message);
    }

    /** Gives the organisation's messages to people, oldest first. */
    public List<DirectMessage> directs(Org org) {
        return List.copyOf(org.directs);
    }

    private Message message(String type, String text, String raw) {
        if (messages >= MAX_MESSAGES) {
            throw new WorldFull("the simulator holds " + MAX_MESSAGES + " messages; reset it");
        }
        messages++;
        effects++;
        return new Message("om_" + id(), type, text, raw, now().toString());
    }

    /** Gives how many rooms and messages were made so far. */
    public long effects() {
        return effects;
    }

    /** Notes that a call of the organisation made a room or a message. */
    public void effect(Org org, Call call) {
        SortedMap<String, String> query = new TreeMap<>(call.query());
        query.keySet().removeAll(SIGNATURES);
        String request = String.join(
                "\n",
                org.platform.name(),
                org.tenantId,
                call.path(),
                query.toString(),
                call.body().toString());
        journal.effect(now(), org, call.endpoint(), request);
    }

    /** Counts one call and notes it. */
    public void count(
            Platform platform,
            String endpoint,
            @Nullable Org org,
            @Nullable Answer answer,
            Instant began,
            Fault.@Nullable Kind fault) {
        String tenant = org == null ? null : org.tenantId;
        boolean failed = answer == null || answer.failed();
        tally(counts.computeIfAbsent(new CountedCalls(tenant, platform, endpoint), _ -> new long[2]), failed);
        tally(totals.computeIfAbsent(new Endpoint(platform, endpoint), _ -> new long[2]), failed);
        noteChanges();
        changed();
        journal.call(
                new Journal.Entry(
                        began,
                        tenant,
                        platform,
                        endpoint,
                        answer == null ? 0 : answer.status(),
                        answer == null ? null : answer.code(),
                        Duration.between(began, now()).toMillis(),
                        fault),
                org);
    }

    private static void tally(long[] count, boolean failed) {
        count[0]++;
        count[1] += failed ? 1 : 0;
    }

    /** Notes that something was dropped, or cut, without a word. */
    public void drop(Org org, String endpoint, String why, String whose) {
        journal.drop(new Journal.Drop(now(), org.tenantId, org.platform, endpoint, why, whose));
    }

    /** Notes that somebody showed a wrong secret. */
    public void wrongSecret(@Nullable Org meant, Platform platform, PlatformApi.Shown shown) {
        journal.wrongSecret(now(), meant, platform, shown);
    }

    /** Notes what a real platform would punish. */
    public void violation(Org org, Journal.Offence offence, String what) {
        journal.violation(now(), org.tenantId, org.platform, offence, what);
    }

    /** Gives all rooms, oldest first. */
    public Collection<Room> rooms() {
        return rooms.values();
    }

    /** Gives all counters. */
    public List<Count> counts() {
        return counts.entrySet().stream()
                .map(one -> new Count(
                        one.getKey().tenantId(),
                        one.getKey().platform(),
                        one.getKey().endpoint(),
                        one.getValue()[0],
                        one.getValue()[1]))
                .toList();
    }

    /** Gives how often each endpoint was called, by everybody or by one tenant; {@code tenantId} is null in everybody's. */
    public List<Count> totals(@Nullable String tenantId) {
        List<Count> said = new ArrayList<>();
        totals.forEach((endpoint, all) -> {
            long[] count = tenantId == null
                    ? all
                    : counts.get(new CountedCalls(tenantId, endpoint.platform(), endpoint.name()));
            if (count != null) {
                said.add(new Count(tenantId, endpoint.platform(), endpoint.name(), count[0], count[1]));
            }
        });
        return said;
    }

    /** Forgets everything. */
    public void reset() {
        orgs.clear();
        identities.clear();
        wrongSecrets.clear();
        webhooks.clear();
        rooms.clear();
        keys.clear();
        tokens.clear();
        counts.clear();
        totals.clear();
        tenants.clear();
        active.clear();
        lookedUp = null;
        journal.reset();
        addresses.reset();
        messages = 0;
    }

    private static String key(Org org, String name) {
        return org.platform + "/" + org.tenantId + "/" + name;
    }

    /** Gives a fresh id of 32 characters. Nothing here is worth guessing, and the system's secure numbers are dear. */
    public static String id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
    }
}
