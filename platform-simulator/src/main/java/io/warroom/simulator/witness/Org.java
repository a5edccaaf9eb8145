package io.warroom.simulator.witness;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A tenant's organisation on one platform; mutable, guarded by the world's lock. */
public final class Org {
    /** Whose it is. */
    public final String tenantId;

    /** Where it is. */
    public final Platform platform;

    /** The app's parameters by the names the consoles use. */
    Map<String, String> app = Map.of();

    /** Its rooms, oldest first. */
    final List<Room> rooms = new ArrayList<>();

    /** The values of its tokens that the world still knows. */
    final Set<String> given = new HashSet<>();

    private Map<String, Person> byId = Map.of();
    private Map<String, List<Person>> byMobile = Map.of();
    private Map<String, List<Person>> byEmail = Map.of();

    /** What it has used of its limits. */
    public final Meter meter = new Meter();

    /** The choices where the pages are silent. */
    public Switches switches = Switches.defaults();

    /** De-duplication keys for which an in-progress answer was given once. */
    public final Set<String> inProgress = new HashSet<>();

    /** The latest token of each kind. */
    final Map<String, World.Token> tokens = new HashMap<>();

    /** Messages by the caller's de-duplication key. */
    public final Map<String, Sent> sent = new HashMap<>();

    /** Messages to people, oldest first, and by what asked for them the latest. */
    final List<DirectMessage> directs = new ArrayList<>();

    final Map<String, DirectMessage> directsByKey = new HashMap<>();

    /** When which message was pinned (Lark). */
    public final Map<String, Instant> pins = new HashMap<>();

    /** What became of the app's notifications, by task (DingTalk). */
    public final Map<Long, Notification> notifications = new HashMap<>();

    /** Files that messages may name, by their ids (WeCom). */
    public final Map<String, Medium> media = new HashMap<>();

    /** A file: of which type, for which group robot or, when empty, for the app, and until when it can be named. */
    public record Medium(String type, String name, String robot, Instant until) {}

    /** Who has just signed in in a browser, by the code that the browser was given. */
    public final Map<String, SignIn> signIns = new HashMap<>();

    /** A person who signed in; the code is good once. */
    public record SignIn(String userId, Instant at, boolean used) {}

    /** A notification: whom it reached, who is nobody, and by which code others were left out; {@code sent} is null when it reached none. */
    public record Notification(
            List<String> reached,
            List<String> invalid,
            Map<String, Integer> forbidden,
            @Nullable DirectMessage sent) {
        public Notification {
            reached = List.copyOf(reached);
            invalid = List.copyOf(invalid);
        }
    }

    /** A message, where it is and when it was sent. */
    public record Sent(Room room, Message message, Instant at) {}

    Org(String tenantId, Platform platform) {
        this.tenantId = tenantId;
        this.platform = platform;
    }

    /** Gives which way it goes here; it must be open on this platform. */
    public String way(Unsettled open) {
        if (open.positions(platform).isEmpty()) {
            throw new IllegalArgumentException(platform + "'s pages do not leave " + open + " open");
        }
        return switches.way(open, platform);
    }

    /** Says whether it goes that way here. */
    public boolean goes(Unsettled open, String position) {
        if (!open.positions(platform).contains(position)) {
            throw new IllegalArgumentException(open + " has no position " + position + " on " + platform);
        }
        return way(open).equals(position);
    }

    /** Gives the amount or the code of the way it goes here. */
    public int number(Unsettled open) {
        return Integer.parseInt(way(open));
    }

    /** Gives an app parameter, or empty text. */
    public String app(String name) {
        return app.getOrDefault(name, "");
    }

    /** Takes other people in place of all before. */
    public void replacePeople(Collection<Person> people) {
        Map<String, Person> ids = new LinkedHashMap<>();
        people.forEach(person -> ids.put(idKey(person.userId()), person));
        byId = ids;
        byMobile = ids.values().stream().collect(Collectors.groupingBy(person -> Person.national(person.mobile())));
        byEmail = ids.values().stream().collect(Collectors.groupingBy(person -> emailKey(person.email())));
    }

    /** Gives how many people it knows, those who resigned included. */
    public int headcount() {
        return byId.size();
    }

    /** Gives the first people, those who resigned included, who are not in the room; at most {@code most}. */
    public List<Person> absent(Room room, int most) {
        return byId.values().stream()
                .filter(person -> !room.members.contains(person.userId()))
                .limit(most)
                .toList();
    }

    /** Gives everybody, those who resigned included. */
    Collection<Person> everybody() {
        return byId.values();
    }

    /** Gives everybody who has not resigned. */
    public Collection<Person> people() {
        return byId.values().stream().filter(person -> !person.resigned()).toList();
    }

    /** Gives its rooms, oldest first. */
    public List<Room> rooms() {
        return Collections.unmodifiableList(rooms);
    }

    /** Gives the latest message to people that was asked for in these words. */
    public @Nullable DirectMessage direct(String key) {
        return directsByKey.get(key);
    }

    /** Gives the person of that user id, visible or not; Lark alone still knows who has resigned. */
    public Optional<Person> person(String userId) {
        return Optional.ofNullable(byId.get(idKey(userId)))
                .filter(person -> platform == Platform.LARK || !person.resigned());
    }

    /** Gives the person when known and in the visible range. */
    public Optional<Person> visible(String userId) {
        return person(userId).filter(Person::visible);
    }

    /** Gives the person with that mobile, with or without the mainland prefix, when visible. */
    public Optional<Person> byMobile(String mobile) {
        return byMobile(mobile, false);
    }

    /** The same, and with those who resigned where they are asked for. */
    public Optional<Person> byMobile(String mobile, boolean withResigned) {
        return firstVisible(byMobile, Person.national(mobile), withResigned);
    }

    /** Gives the person with that e-mail, compared without case, when visible. */
    public Optional<Person> byEmail(String email) {
        return byEmail(email, false);
    }

    /** The same, and with those who resigned where they are asked for. */
    public Optional<Person> byEmail(String email, boolean withResigned) {
        return firstVisible(byEmail, emailKey(email), withResigned);
    }

    private static Optional<Person> firstVisible(Map<String, List<Person>> index, String key, boolean withResigned) {
        return key.isEmpty()
                ? Optional.empty()
                : index.getOrDefault(key, List.of()).stream()
                        .filter(person -> person.visible() && (withResigned || !person.resigned()))
                        .findFirst();
    }

    /** WeCom compares user ids without case. */
    private String idKey(String userId) {
        return platform == Platform.WECOM ? userId.toLowerCase(Locale.ROOT) : userId;
    }

    private static String emailKey(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
