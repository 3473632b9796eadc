#!/bin/sh
# Shared by the scripts of both packages; each one's own part follows.
set -e

HOME_FOLDER=/var/lib/scanwright
UNITS="scanwright.service scanwright-trust.path scanwright-trust.service"
# Lies there during an upgrade, and lists what to start at its end.
UPGRADE=/run/scanwright-upgrade

is_booted() {
    [ -d /run/systemd/system ]
}

refuse_downgrade() { # OLD NEW
    cat >&2 <<END
Scanwright $1 is installed, or its files still are, and $2 is older. It may not understand
the configuration and documents in $HOME_FOLDER. Nothing was changed.
To do it nevertheless: SCANWRIGHT_ALLOW_DOWNGRADE=1, on a copy of $HOME_FOLDER.
END
    exit 1
}

make_user() {
    systemd-sysusers scanwright.conf
}

# What an administrator has stopped stays so. What has failed gets another chance.
begin_upgrade() {
    : >"$UPGRADE"
    is_booted || return 0
    for unit in $UNITS; do
        if [ "$(systemctl is-active "$unit")" != inactive ]; then
            echo "$unit" >>"$UPGRADE"
        fi
    done
    systemctl stop $UNITS
}

end_upgrade() {
    running=$(cat "$UPGRADE")
    rm -f "$UPGRADE"
    reload_units
    start_units $running
}

start_first_time() {
    systemctl --quiet enable $UNITS
    reload_units
    start_units $UNITS
}

# A service that does not start must not leave a package that is half installed.
start_units() {
    if is_booted && [ $# -gt 0 ]; then
        systemctl start "$@" ||
            echo "Scanwright does not start; why: journalctl -u scanwright" >&2
    fi
}

reload_units() {
    is_booted || return 0
    systemctl daemon-reload
}

stop_for_good() {
    if is_booted; then
        systemctl stop $UNITS || true
    fi
    SCANWRIGHT_HOME=$HOME_FOLDER /opt/scanwright/scanwright certificate untrust --system >/dev/null ||
        echo "The browsers' trust in Scanwright's certificate could not be taken back." >&2
    systemctl --quiet disable $UNITS || true
}

forget_units() {
    reload_units
    if is_booted; then
        systemctl reset-failed 'scanwright*' 2>/dev/null || true
    fi
}

