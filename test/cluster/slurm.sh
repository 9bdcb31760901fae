#!/usr/bin/env bash
# Runs a sweep as an array job of a real Slurm on this one host, has one of its tasks killed and requeued on the way, merges
# the shards and demands the tables of a run in one piece, bit for bit. Not part of `npm test`: it needs root and Debian's
# packages (apt-get install slurm-wlm munge), and starts and ends a cluster of its own in a temporary folder.
#
#     test/cluster/slurm.sh [SHARDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
shards=${1:-4}

for program in slurmctld slurmd sbatch munged; do
  if ! command -v "$program" > /dev/null; then
    echo "skipped: $program is not installed (apt-get install slurm-wlm munge)"
    exit 0
  fi
done
if [ "$(id -u)" -ne 0 ]; then
  echo "skipped: Slurm's daemons need root"
  exit 0
fi

folder=$(mktemp -d)
export SLURM_CONF="$folder/slurm.conf"
host=$(hostname -s)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

mkdir -p "$folder/state" "$folder/spool" /run/munge
if ! munge -n > /dev/null 2>&1; then
  chown munge: /run/munge
  [ -s /etc/munge/munge.key ] || { dd if=/dev/urandom of=/etc/munge/munge.key bs=1 count=1024 2> /dev/null; chown munge: /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
  setpriv --reuid munge --regid munge --clear-groups munged --foreground > "$folder/munge.log" 2>&1 &
  pids+=($!)
  for _ in $(seq 50); do munge -n > /dev/null 2>&1 && break; sleep 0.2; done
fi
cat > "$SLURM_CONF" << CONF
ClusterName=lawfit
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/ctld.pid
SlurmdPidFile=$folder/d.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
slurmctld -D > "$folder/ctld.log" 2>&1 &
pids+=($!)
slurmd -D > "$folder/d.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do sinfo -h -o %T 2> /dev/null | grep -q idle && break; sleep 0.2; done
sinfo

cat > "$folder/sweep.yaml" << SWEEP
table: $PWD/data-samples/ladder/checkpoints.parquet
method: ladder
axes: {link: [sigmoid, log-sigmoid, linear], drop_early: [0, 0.1], final_window: [1, 5]}
starts: 64
bootstrap: {resamples: 40000}
SWEEP
cat > "$folder/job.sh" << JOB
#!/usr/bin/env bash
#SBATCH --cpus-per-task=1 --requeue --open-mode=append --output=$folder/task-%a.log
exec node $PWD/bin/lawfit.js sweep $folder/sweep.yaml --out $folder/run --shard auto --threads 1
JOB
job=$(sbatch --parsable --array="1-$shards" "$folder/job.sh")
echo "job $job, tasks 1 to $shards"

# When task 2 has finished some of its work it is requeued: Slurm kills it, and starts it again.
for _ in $(seq 600); do
  [ "$(ls "$folder"/run/shard-2-of-"$shards"/shards/*.shard 2> /dev/null | wc -l)" -ge 2 ] && break
  sleep 0.1
done
scontrol requeue "${job}_2"
grep -q '"finished": null' "$folder/run/shard-2-of-$shards/run.json" || { echo "task 2 was done before it could be killed"; exit 1; }
echo "task 2 requeued after $(ls "$folder"/run/shard-2-of-"$shards"/shards | wc -l) shard files"
node bin/lawfit.js status "$folder/run"
# A requeued task waits for two minutes unless it is let go.
for _ in $(seq 600); do
  scontrol release "${job}_2" 2> /dev/null || true
  scontrol update "JobId=${job}_2" StartTime=now 2> /dev/null || true
  [ -z "$(squeue -h -j "$job" 2> /dev/null)" ] && break
  sleep 0.5
done
node bin/lawfit.js status "$folder/run"
grep -h "continuing with" "$folder/task-2.log"

node bin/lawfit.js merge "$folder/run" --quiet
node bin/lawfit.js sweep "$folder/sweep.yaml" --out "$folder/whole" --quiet
for table in "$folder"/whole/*.parquet; do cmp "$table" "$folder/run/$(basename "$table")"; done
echo "ok: $shards shards merged are the run in one piece, $(ls "$folder"/whole/*.parquet | wc -l) tables bit for bit"
