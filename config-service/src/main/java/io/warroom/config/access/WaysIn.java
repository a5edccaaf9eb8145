package io.warroom.config.access;

import java.util.Map;

/**
 * How people may sign in at a browser. Immutable.
 *
 * @param byPassword whether there is a built-in operator
 * @param issuers the issuers' sign-in pages: their names by address
 */
public record WaysIn(boolean byPassword, Map<String, String> issuers) {}
