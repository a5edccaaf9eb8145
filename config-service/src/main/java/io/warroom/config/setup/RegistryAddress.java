package io.warroom.config.setup;

import java.net.URI;

/** Where the registry is. As text it has no user and no password. Immutable. */
record RegistryAddress(String url) {

    /** The same text without the user and the password of the address. */
    String withoutPassword(String text) {
        var user = URI.create(url).getRawUserInfo();
        return user == null ? text : text.replace(user + "@", "").replace(user, "***");
    }

    @Override
    public String toString() {
        return withoutPassword(url);
    }
}
