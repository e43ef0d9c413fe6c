# Builds a root of its own for a function, inside new namespaces, and runs a command there.
# usage: enter-namespace.sh <empty folder> <task> <runtime> <bytes of /tmp> [needed path ...] -- command ...
set -eu
root=$1 task=$2 runtime=$3 size=$4
shift 4
bind() {
  if [ -d "$1" ]; then mkdir -p "$root$2"; elif [ ! -e "$root$2" ]; then mkdir -p "$(dirname "$root$2")" && : > "$root$2"; fi
  mount --rbind "$1" "$root$2"
  mount -o remount,bind,ro "$root$2"
}
mount -t tmpfs -o size=1m,mode=755 none "$root"
for entry in /bin /sbin /lib /lib32 /lib64 /libx32; do
  if [ -L "$entry" ]; then cp -P "$entry" "$root$entry"; elif [ -d "$entry" ]; then bind "$entry" "$entry"; fi
done
bind /usr /usr
for entry in /etc/ssl/certs /etc/ssl/openssl.cnf /etc/pki/tls/certs /etc/pki/ca-trust/extracted /etc/ca-certificates /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/ld.so.cache /etc/alternatives /etc/localtime; do
  if [ -e "$entry" ]; then bind "$(readlink -f "$entry")" "$entry"; fi
done
bind "$task" /var/task
bind "$runtime" /var/runtime
mkdir -p "$root/tmp" "$root/proc" "$root/dev" "$root/old"
mount -t tmpfs -o size="$size",mode=1777 none "$root/tmp"
# After /tmp: the runtime may lie below it.
while [ "$1" != -- ]; do
  bind "$1" "$1"
  shift
done
shift
mount -t proc none "$root/proc"
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
cd "$root"
PATH=/usr/sbin:/sbin:$PATH pivot_root . old
umount -l /old
mount -o remount,ro /
cd /var/task
exec "$@"
