#!/usr/bin/env bash
# Back up and restore, PostgreSQL (PGHOST, PGDATABASE … of the environment) or the SQLite files of a run-time folder.
#   backup.sh now     FOLDER              one backup of the database into FOLDER
#   backup.sh daily   FOLDER              the same every 24 hours, keeping 30
#   backup.sh restore FILE                into the empty database of the environment
#   backup.sh sqlite  VAR_DIR FOLDER      both SQLite files, while the service runs
set -euo pipefail
umask 077
command=${1:?}; shift
now() {
  local file="$1/zhengbian-$(date +%Y%m%dT%H%M%S).dump"
  mkdir -p "$1"
  pg_dump --format=custom --no-owner --file="$file.part"
  pg_restore --list "$file.part" >/dev/null   # a file that cannot be read back is no backup
  mv "$file.part" "$file"
  echo "$file"
}
case $command in
  now) now "$1" ;;
  daily)
    while true; do
      now "$1"
      ls -1t "$1"/zhengbian-*.dump | tail -n +31 | xargs -r rm --
      sleep 86400
    done ;;
  restore) pg_restore --no-owner --exit-on-error --single-transaction --dbname="${PGDATABASE:?}" "$1" ;;
  sqlite)
    mkdir -p "$2"
    for name in service conversations; do
      # the library's own copy: consistent while others write
      python3 - "$1/$name.db" "$2/$name.db" <<'PYTHON'
import sqlite3, sys
source, copy = (sqlite3.connect(path) for path in sys.argv[1:])
with copy:
    source.backup(copy)
assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
PYTHON
      echo "$2/$name.db"
    done ;;
  *) echo "now, daily, restore or sqlite" >&2; exit 2 ;;
esac
