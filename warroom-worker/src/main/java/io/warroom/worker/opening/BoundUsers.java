package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Person;
import java.util.List;

/** Gives people the platform users that the tenant's administrators bound them to. */
final class BoundUsers {

    private BoundUsers() {}

    /** A given id counts before a bound one, and that before anything that must be looked up. */
    static List<Person> of(List<Person> people, App app, Directory directory) {
        return people.stream()
                .map(person -> person.platformUserId() != null
                        ? person
                        : directory
                                .boundUser(app.tenantId(), app.platform(), person.personId())
                                .map(userId -> new Person(
                                        person.personId(),
                                        person.name(),
                                        person.role(),
                                        userId,
                                        person.mobile(),
                                        person.email()))
                                .orElse(person))
                .toList();
    }
}
