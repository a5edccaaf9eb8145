package io.warroom.worker.contract;

import io.warroom.event.Role;
import io.warroom.platform.Person;

/** Between the contract's roles and the domain's. */
final class Roles {

    private Roles() {}

    static Role event(Person.Role role) {
        return switch (role) {
            case COMMANDER -> Role.COMMANDER;
            case COMMUNICATIONS -> Role.COMMUNICATIONS;
            case RESPONDER -> Role.RESPONDER;
        };
    }

    /** A role that is newer than this worker is a responder's. */
    static Person.Role of(Role role) {
        return switch (role) {
            case COMMANDER -> Person.Role.COMMANDER;
            case COMMUNICATIONS -> Person.Role.COMMUNICATIONS;
            case RESPONDER, UNKNOWN -> Person.Role.RESPONDER;
        };
    }
}
