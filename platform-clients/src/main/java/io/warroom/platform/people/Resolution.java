package io.warroom.platform.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.warroom.platform.App;
import io.warroom.platform.Missing;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds people: given id first, then mobile, then e-mail; what was found and what is missing is kept for each app revision. Safe
 * for many threads.
 */
public final class Resolution {

    /** Asks the platform; what it hears goes to {@code heard} at once, so that it is kept when a later call fails. */
    public interface Lookup {
        Outcome<Boolean> ask(App app, List<Contact> contacts, BiConsumer<Contact, Finding> heard);
    }

    /** Which contacts a platform can look up, and whether in one call. */
    public enum Means {
        MOBILE_ONLY,
        MOBILE_THEN_EMAIL,
        BOTH_TOGETHER
    }

    private static final Duration KEEP_FOUND = Duration.ofHours(12);
    /** At first; somebody who is put into the contacts meanwhile is found soon. */
    private static final Duration KEEP_MISSING = Duration.ofMinutes(10);
    /** How many times longer each further miss of the same contact is kept. */
    private static final int LONGER = 4;

    private static final Duration KEEP_FAILED = Duration.ofMinutes(1);
    private static final Pattern MOBILE = Pattern.compile("\\+?[0-9]{5,20}");
    private static final Pattern EMAIL =
            Pattern.compile("[^@\\s\\p{Cntrl}<>\"]{1,64}@[^@\\s\\p{Cntrl}<>\"]{1,190}\\.[^@\\s\\p{Cntrl}<>\".]{2,63}");
    /** No platform has such ids, and WeCom refuses a whole room for one (path/90455). */
    private static final Pattern UNUSABLE_ID = Pattern.compile("[\\p{Cntrl}\\ud800-\\udfff]");

    private final Cache<Key, Kept> kept =
            Caffeine.newBuilder().maximumSize(200_000).build();
    private final Clock clock;
    private final Means means;
    private final Duration longestMissing;
    private final Lookup lookup;

    /** For a platform that lets look-ups miss: a miss is kept for ten minutes. */
    public Resolution(Clock clock, Means means, Lookup lookup) {
        this(clock, means, KEEP_MISSING, lookup);
    }

    /**
     * For a platform that punishes look-ups that miss: a contact that misses again is kept four times as long each time.
     *
     * @param longestMissing how long a miss is kept at most, ten minutes or more
     */
    public Resolution(Clock clock, Means means, Duration longestMissing, Lookup lookup) {
        this.clock = clock;
        this.means = means;
        this.longestMissing = longestMissing;
        this.lookup = lookup;
    }

    /** @return done even when nobody was found */
    public Outcome<Roster> resolve(App app, List<Person> people) {
        boolean mobilesFirst = means == Means.MOBILE_THEN_EMAIL;
        Outcome<Boolean> asked = ask(app, people, mobilesFirst);
        if (mobilesFirst) {
            asked = asked.then(ignored -> ask(app, people, false));
        }
        return asked.then(ignored -> new Outcome.Done<>(roster(app, people)));
    }

    private Outcome<Boolean> ask(App app, List<Person> people, boolean mobilesOnly) {
        Set<Contact> unknown = new LinkedHashSet<>();
        for (Person person : people) {
            if (person.platformUserId() != null || find(app, person) != null) {
                continue;
            }
            for (Contact contact : contacts(person)) {
                if ((!mobilesOnly || contact.kind() == Contact.Kind.MOBILE) && finding(app, contact) == null) {
                    unknown.add(contact);
                }
            }
        }
        return unknown.isEmpty()
                ? new Outcome.Done<>(true)
                : lookup.ask(app, List.copyOf(unknown), (contact, finding) -> keep(app, contact, finding));
    }

    /** Two people who are one user on the platform are one entry, in the first one's place and with the stronger role. */
    private Roster roster(App app, List<Person> people) {
        Map<String, RoomUser> found = new LinkedHashMap<>();
        List<Missing> missing = new ArrayList<>();
        for (Person person : people) {
            String id = person.platformUserId() != null ? person.platformUserId() : find(app, person);
            if (id != null && UNUSABLE_ID.matcher(id).find()) {
                missing.add(new Missing(
                        person, Missing.Reason.NOT_FOUND, "The given user id holds characters that no user id has."));
            } else if (id == null) {
                missing.add(missing(app, person));
            } else {
                found.merge(
                        id.toLowerCase(Locale.ROOT),
                        new RoomUser(person, id),
                        (one, other) ->
                                other.person().role().compareTo(one.person().role()) < 0 ? other : one);
            }
        }
        return new Roster(List.copyOf(found.values()), missing);
    }

    /**
     * Forgets ids that were found earlier and that the platform now refuses, and looks their people up again.
     *
     * @return those who have another id now
     */
    public Outcome<List<RoomUser>> again(App app, List<RoomUser> refused) {
        List<RoomUser> lookedUp = refused.stream()
                .filter(user -> user.person().platformUserId() == null)
                .toList();
        if (lookedUp.isEmpty()) {
            return new Outcome.Done<>(List.of());
        }
        lookedUp.forEach(user -> forget(app, user));
        return resolve(app, lookedUp.stream().map(RoomUser::person).toList())
                .then(ignored -> new Outcome.Done<>(lookedUp.stream()
                        .map(user -> renewed(app, user))
                        .filter(Objects::nonNull)
                        .toList()));
    }

    /** The person with the id that was found since; null when that is no other one. */
    @Nullable
    RoomUser renewed(App app, RoomUser user) {
        String id = user.person().platformUserId() == null ? find(app, user.person()) : null;
        return id == null || id.equalsIgnoreCase(user.platformUserId()) ? null : new RoomUser(user.person(), id);
    }

    private void forget(App app, RoomUser user) {
        for (Contact contact : contacts(user.person())) {
            kept.asMap()
                    .computeIfPresent(
                            new Key(app.tenantId(), app.revision(), contact),
                            (key, entry) ->
                                    user.platformUserId().equals(entry.finding().userId()) ? null : entry);
        }
    }

    private @Nullable String find(App app, Person person) {
        for (Contact contact : contacts(person)) {
            Finding finding = finding(app, contact);
            if (finding != null && finding.userId() != null) {
                return finding.userId();
            }
        }
        return null;
    }

    private Missing missing(App app, Person person) {
        Missing.Reason reason = Missing.Reason.NO_CONTACT;
        String detail = means == Means.MOBILE_ONLY
                ? "No user id or valid mobile number is known, and this platform cannot look people up by e-mail."
                : "No user id, valid mobile number or valid e-mail address is known.";
        for (Contact contact : contacts(person)) {
            Finding finding = finding(app, contact);
            if (finding != null) {
                reason = finding.reason();
                detail = finding.detail();
            }
        }
        return new Missing(person, reason, detail);
    }

    private List<Contact> contacts(Person person) {
        List<Contact> contacts = new ArrayList<>(2);
        if (person.mobile() != null) {
            String mobile = person.mobile().replaceAll("[\\s()-]", "");
            if (MOBILE.matcher(mobile).matches()) {
                contacts.add(new Contact(Contact.Kind.MOBILE, mobile));
            }
        }
        if (means != Means.MOBILE_ONLY && person.email() != null) {
            String email = person.email().strip().toLowerCase(Locale.ROOT);
            if (EMAIL.matcher(email).matches()) {
                contacts.add(new Contact(Contact.Kind.EMAIL, email));
            }
        }
        return contacts;
    }

    private @Nullable Finding finding(App app, Contact contact) {
        Kept entry = kept.getIfPresent(new Key(app.tenantId(), app.revision(), contact));
        return entry != null && clock.instant().isBefore(entry.until()) ? entry.finding() : null;
    }

    private void keep(App app, Contact contact, Finding finding) {
        kept.asMap().compute(new Key(app.tenantId(), app.revision(), contact), (key, before) -> keep(finding, before));
    }

    private Kept keep(Finding finding, @Nullable Kept before) {
        Duration missed = before == null ? Duration.ZERO : before.missed();
        if (finding.userId() != null) {
            return new Kept(finding, clock.instant().plus(KEEP_FOUND), Duration.ZERO);
        }
        if (finding.reason() == Missing.Reason.LOOKUP_FAILED) {
            return new Kept(finding, clock.instant().plus(KEEP_FAILED), missed);
        }
        Duration longer = missed.isZero() ? KEEP_MISSING : missed.multipliedBy(LONGER);
        Duration life = longer.compareTo(longestMissing) < 0 ? longer : longestMissing;
        return new Kept(finding, clock.instant().plus(life), life);
    }

    private record Key(String tenantId, long revision, Contact contact) {}

    /** @param missed for how long the contact's latest miss was kept; zero when it was never missed */
    private record Kept(Finding finding, Instant until, Duration missed) {}
}
