/** Who may call what: sign-in by token, password or OIDC, the rule of every route, and the refusals. */
@NullMarked
package io.warroom.config.access;

import org.jspecify.annotations.NullMarked;
