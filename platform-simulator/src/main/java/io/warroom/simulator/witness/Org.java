package io.warroom.simulator.witness;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A tenant's organisation on one platform; mutable, guarded by the world's lock. */
public final class Org {
    /** Whose it is. */
    public final String tenantId;

    /** Where it is. */
    public final Platform platform;

    /** The app's parameters by the names the consoles use. */
    public Map<String, String> app = Map.of();

    /** People by user id. */
    public final Map<String, Person> people = new LinkedHashMap<>();

    /** The choices where the pages are silent. */
    public Switches switches = Switches.defaults();

    /** De-duplication keys for which an in-progress answer was given once. */
    public final Set<String> inProgress = new HashSet<>();

    /** The latest token of each kind. */
    final Map<String, World.Token> tokens = new HashMap<>();

    /** Messages by the caller's de-duplication key. */
    public final Map<String, Sent> sent = new HashMap<>();

    /** A message, where it is and when it was sent. */
    public record Sent(Room room, Message message, Instant at) {}

    Org(String tenantId, Platform platform) {
        this.tenantId = tenantId;
        this.platform = platform;
    }

    /** Gives an app parameter, or empty text. */
    public String app(String name) {
        return app.getOrDefault(name, "");
    }

    /** Gives the person when known and in the visible range. */
    public Optional<Person> visible(String userId) {
        return Optional.ofNullable(people.get(userId)).filter(Person::visible);
    }

    /** Gives the person with that mobile, when visible. */
    public Optional<Person> byMobile(String mobile) {
        return people.values().stream()
                .filter(person -> person.visible() && person.hasMobile(mobile))
                .findFirst();
    }

    /** Gives the person with that e-mail, compared without case, when visible. */
    public Optional<Person> byEmail(String email) {
        return people.values().stream()
                .filter(person ->
                        person.visible() && !email.isEmpty() && person.email().equalsIgnoreCase(email))
                .findFirst();
    }
}
