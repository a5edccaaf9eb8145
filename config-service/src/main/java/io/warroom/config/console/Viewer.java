package io.warroom.config.console;

/**
 * Who looks at a page, and what of it is theirs.
 *
 * @param tenant whose page it is; empty when it is no tenant's
 * @param manages whether the viewer may change things here
 * @param switches whether there are other tenants to go to
 */
record Viewer(String name, String role, String tenant, boolean manages, boolean switches) {}
