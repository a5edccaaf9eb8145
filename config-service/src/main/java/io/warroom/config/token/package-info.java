/** API tokens by which a tenant's incident systems declare incidents: made, listed, revoked and recognised. */
@NullMarked
package io.warroom.config.token;

import org.jspecify.annotations.NullMarked;
