#!/bin/sh
# Becomes PID 1 of a machine: boot.sh WORK LOWER[:LOWER...]
# Runs as root inside fresh namespaces, in the control group that will be the machine's.
set -eu

work=$1
lower=$2
root=$work/root

mount --make-rprivate /
mkdir -p "$work/upper" "$work/overlay" "$root"
mount -t overlay -o "lowerdir=$lower,upperdir=$work/upper,workdir=$work/overlay" machine "$root"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"
done
mknod -m 666 "$root/dev/tty" c 5 0
: >"$root/dev/console"
mount --bind "$work/console" "$root/dev/console"

cd "$root"
mkdir -p mnt
pivot_root . mnt
umount -l /mnt
exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init </dev/console >/dev/console 2>&1
